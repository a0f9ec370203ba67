// One mail as it was or will be sent. Its HTML is shown in a frame that may do nothing at all.
import { useState } from "preact/hooks";
import { mailHtmlUrl, readMail, retryMail } from "../../net/api.ts";
import type { MailContent } from "../../net/wire.ts";
import { now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { useLoad } from "../parts/useLoad.ts";
import { MailFacts, MailSheet } from "./MailSheet.tsx";
import { MailState } from "./MailState.tsx";
import { Reason } from "./Reason.tsx";

function Facts({ mail }: { mail: MailContent }) {
  return (
    <MailFacts
      from={mail.from}
      to={mail.to}
      state={
        <>
          <MailState mail={mail} /> {mail.sent_at && <span class="tiny">{promise(mail.sent_at, now.value)}</span>}
          {mail.state === "due" && mail.due_at && (
            <span class="tiny">{t("mails.next_try", { when: promise(mail.due_at, now.value) })}</span>
          )}
        </>
      }
      ticket={mail.ticket}
    >
      <dt>{t("mails.attempts")}</dt>
      <dd class="num">{mail.attempts}</dd>
    </MailFacts>
  );
}

function Content({ mail }: { mail: MailContent }) {
  const [plain, setPlain] = useState(mail.html === null);
  return (
    <>
      {mail.html !== null && (
        <button type="button" class="btn quiet small-btn" aria-pressed={plain} onClick={() => setPlain(!plain)}>
          {t("mails.as_text")}
        </button>
      )}
      {plain || mail.html === null ? (
        <pre class="mail-text" dir="auto">
          {mail.text}
        </pre>
      ) : (
        <iframe class="mail-html" title={t("mails.preview")} sandbox="" src={mailHtmlUrl(mail.id)} />
      )}
    </>
  );
}

export function MailDetail({ id, onRetried }: { id: string; onRetried: () => void }) {
  const [loaded, again] = useLoad(id, () => readMail(id));
  const retried = (): void => {
    again();
    onRetried();
  };
  const body = (mail: MailContent) => (
    <>
      {mail.state === "failed" && (
        <Reason
          words={mail.error ?? t("mails.unknown_error")}
          isFailure
          retry={() => retryMail(mail.id)}
          onRetried={retried}
        />
      )}
      <Content mail={mail} />
    </>
  );
  return (
    <MailSheet
      page="mails"
      loaded={loaded}
      again={again}
      show={({ mail }) => ({ subject: mail.subject, facts: <Facts mail={mail} />, body: body(mail) })}
    />
  );
}
