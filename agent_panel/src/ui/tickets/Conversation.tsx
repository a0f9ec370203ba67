// A ticket's conversation: the customer's mails, our answers and whether their mail went out, notes for the team.
import type { TicketMessage } from "../../net/wire.ts";
import { currentMs } from "../../state/store.ts";
import { exact, promise } from "../../words/moments.ts";
import { nameOf } from "../../words/people.ts";
import { t, tOr } from "../../words/words.ts";
import { FileLink } from "../parts/FileLink.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Empty } from "../parts/states.tsx";

interface MailState {
  state: "due" | "sent" | "failed";
  error?: string | null;
  sent_at?: string | null;
}

function mailOf(message: TicketMessage): MailState | null {
  const { mail } = message;
  return typeof mail === "object" && mail !== null && "state" in mail ? (mail as MailState) : null;
}

function MailMark({ mail }: { mail: MailState }) {
  const failed = mail.state === "failed";
  return (
    <span class={failed ? "mark overdue" : "tiny mail-mark"} title={mail.sent_at ? exact(mail.sent_at) : undefined}>
      <Icon name={failed ? "failed" : "mail"} />
      {t(`mail.state.${mail.state}`)}
      {failed && mail.error ? `: ${mail.error}` : ""}
    </span>
  );
}

/** Words of a customer that came through the panel were said on the phone, say, and written down by an agent. */
function channelOf(message: TicketMessage): string {
  const recorded = message.author.kind === "visitor" && message.channel === "panel";
  return recorded ? t("tickets.recorded") : tOr(`channel.${message.channel}`, message.channel);
}

function OneMessage({ message }: { message: TicketMessage }) {
  const kind = message.author.kind;
  const internal = message.internal === true;
  const side = internal ? "internal" : kind === "visitor" ? "in" : "out";
  const mail = mailOf(message);
  return (
    <li class={`letter ${side}`}>
      <p class="letter-head">
        <b dir="auto" title={message.author.name ?? undefined}>
          {nameOf(message.author.name) || t(`author.${kind}`)}
        </b>
        {internal ? (
          <span class="mark never-mailed">
            <Icon name="lock" />
            {t("tickets.internal")}
          </span>
        ) : (
          <span class="tiny">{channelOf(message)}</span>
        )}
        {kind === "visitor" && message.channel === "mail" && message.verified === null && (
          <span class="mark returned">
            <Icon name="shield" />
            {t("verified.not")}
          </span>
        )}
        {message.sender && (
          <span class="tiny" dir="auto">
            {message.sender}
          </span>
        )}
        <span class="letter-when">
          <time class="tiny num" dateTime={message.at} title={exact(message.at)}>
            {promise(message.at, currentMs())}
          </time>
        </span>
      </p>
      <p class="body" dir="auto">
        {message.body}
      </p>
      {message.quoted && (
        <details class="quoted">
          <summary>{t("tickets.quoted")}</summary>
          <p class="body" dir="auto">
            {message.quoted}
          </p>
        </details>
      )}
      {message.files?.map((file) => (
        <FileLink key={file.id} file={file} />
      ))}
      {mail && <MailMark mail={mail} />}
    </li>
  );
}

export function Conversation({ messages }: { messages: TicketMessage[] }) {
  if (messages.length === 0) return <Empty title={t("tickets.no_messages")}>{t("tickets.no_messages_how")}</Empty>;
  return (
    <ol class="letters" aria-label={t("tickets.conversation")}>
      {messages.map((message) => (
        <OneMessage key={message.id} message={message} />
      ))}
    </ol>
  );
}
