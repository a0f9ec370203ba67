// One line of a log, also used by transcripts: a day, a message, a note, an event, or a message on its way.
import { takeBack, tryAgain } from "../../net/delivery.ts";
import type { Author, Chat, Message, Note } from "../../net/wire.ts";
import { ageSeconds, formatAge } from "../../state/clock.ts";
import type { Line } from "../../state/lines.ts";
import type { Outgoing } from "../../state/outbox.ts";
import { agent, currentMs } from "../../state/store.ts";
import { eventText } from "../../words/events.ts";
import { clockTime, dayLine, exact } from "../../words/moments.ts";
import { nameOf } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { FileLink } from "../parts/FileLink.tsx";
import { Icon } from "../parts/Icon.tsx";

function isMe(author: Author): boolean {
  const me = agent.value?.id; // read for everybody: see MessageLine
  return author.kind === "agent" && author.id === me;
}

function EventLine({ message, chat }: { message: Message; chat: Chat }) {
  const first = message.event?.code === "assigned" && chat.assigned_at === message.at && chat.queued_at;
  const waited = first ? t("event.waited", { age: formatAge(ageSeconds(first, Date.parse(message.at))) }) : null;
  return (
    <p class="ev tiny">
      <time dateTime={message.at} title={exact(message.at)} class="num">
        {clockTime(message.at)}
      </time>{" "}
      · {eventText(message)}
      {waited && ` · ${waited}`}
    </p>
  );
}

interface MessageLineProps {
  message: Message;
  read: boolean;
  continues: boolean;
}

/** Drawn again only for another message or mark (it reads a signal): a log has hundreds. */
function MessageLine({ message, read, continues }: MessageLineProps) {
  const fromVisitor = message.author.kind === "visitor";
  const side = fromVisitor ? "vis" : isMe(message.author) ? "me" : "me other";
  return (
    <div class={`m ${side}${continues ? " continues" : ""}`}>
      {!fromVisitor && !isMe(message.author) && <b class="tiny block author">{nameOf(message.author.name)}</b>}
      {fromVisitor && <span class="sr">{t("log.visitor_says")} </span>}
      {isMe(message.author) && <span class="sr">{t("log.you_say")} </span>}
      {message.file ? (
        <FileLink file={message.file} />
      ) : (
        <span class="body" dir="auto">
          {message.body}
        </span>
      )}
      <span class="meta">
        <time class="num" dateTime={message.at} title={exact(message.at)}>
          {clockTime(message.at)}
        </time>
        {!fromVisitor && (
          <span class="ticks" title={t(read ? "message.read" : "message.sent")}>
            <Icon name={read ? "checks" : "check"} />
            <span class="sr">{t(read ? "message.read" : "message.sent")}</span>
          </span>
        )}
      </span>
    </div>
  );
}

function isRead(message: Message, chat: Chat): boolean {
  return message.author.kind !== "visitor" && message.seq <= (chat.read_seq ?? 0);
}

function NoteLine({ note }: { note: Pick<Note, "author" | "body" | "at"> }) {
  return (
    <div class="m note">
      <p class="note-head">
        <b>{t("note.by", { name: nameOf(note.author.name) })}</b>{" "}
        <time class="num" dateTime={note.at} title={exact(note.at)}>
          {clockTime(note.at)}
        </time>
      </p>
      <span class="body" dir="auto">
        {note.body}
      </span>
    </div>
  );
}

function OutgoingLine({ item }: { item: Outgoing }) {
  const failed = item.state === "failed";
  return (
    <div class={`m ${item.kind === "note" ? "note" : "me"} going${failed ? " failed" : ""}`}>
      <span class="body" dir="auto">
        {item.body}
      </span>
      {failed ? (
        <span class="failure" role="alert">
          <Icon name="failed" />
          <span>{t("message.failed", { why: item.error ?? "" })}</span>
          <button type="button" class="btn quiet small-btn" onClick={() => tryAgain(item.client_id)}>
            {t("try_again")}
          </button>
          {!item.file && (
            <button type="button" class="btn quiet small-btn" onClick={() => takeBack(item)}>
              {t("message.edit")}
            </button>
          )}
        </span>
      ) : (
        <span class="meta">
          <Icon name="clock" />
          {t("message.sending")}
        </span>
      )}
    </div>
  );
}

export function LineView({ line, chat }: { line: Line; chat: Chat }) {
  switch (line.kind) {
    case "day":
      return <p class="day tiny">{dayLine(line.at, currentMs())}</p>;
    case "note":
      return <NoteLine note={line.note} />;
    case "outgoing":
      return <OutgoingLine item={line.item} />;
    case "message":
      return line.message.kind === "event" ? (
        <EventLine message={line.message} chat={chat} />
      ) : (
        <MessageLine message={line.message} read={isRead(line.message, chat)} continues={line.continues} />
      );
  }
}
