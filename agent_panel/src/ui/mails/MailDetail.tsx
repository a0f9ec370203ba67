// One mail as it was or will be sent. Its HTML is shown in a frame that may do nothing at all.
import { useState } from "preact/hooks";
import { mailHtmlUrl, readMail, retryMail } from "../../net/api.ts";
import type { MailContent, WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { MailState } from "./MailState.tsx";

function Facts({ mail }: { mail: MailContent }) {
  return (
    <dl class="facts">
      <dt>{t("mails.from")}</dt>
      <dd>{mail.from}</dd>
      <dt>{t("mails.to")}</dt>
      <dd>{mail.to}</dd>
      <dt>{t("mails.state")}</dt>
      <dd>
        <MailState mail={mail} /> {mail.sent_at && <span class="tiny">{promise(mail.sent_at, now.value)}</span>}
        {mail.state === "due" && mail.due_at && (
          <span class="tiny">{t("mails.next_try", { when: promise(mail.due_at, now.value) })}</span>
        )}
      </dd>
      <dt>{t("mails.attempts")}</dt>
      <dd class="num">{mail.attempts}</dd>
      {mail.ticket && (
        <>
          <dt>{t("mails.ticket")}</dt>
          <dd>
            <a class="num" href={hrefOf({ page: "tickets", number: mail.ticket })}>
              {mail.ticket}
            </a>
          </dd>
        </>
      )}
    </dl>
  );
}

function Failure({ mail, onRetried }: { mail: MailContent; onRetried: () => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  if (mail.state !== "failed") return null;
  const retry = async (): Promise<void> => {
    setBusy(true);
    const reply = await retryMail(mail.id);
    setBusy(false);
    if (reply.ok) onRetried();
    else setError(reply.error);
  };
  return (
    <div class="problem">
      <Icon name="failed" />
      <p>{error?.message ?? mail.error ?? t("mails.unknown_error")}</p>
      <button type="button" class="btn quiet" disabled={busy} onClick={() => void retry()}>
        {t("try_again")}
      </button>
    </div>
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
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("mails.preview")}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { mail } = loaded.data;
  return (
    <section class="page-detail" aria-label={t("mails.preview")}>
      <header class="ticket-head">
        <div class="ticket-title">
          <a class="btn plain square back" href={hrefOf({ page: "mails", mail: null })} aria-label={t("mails.back")}>
            <Icon name="back" />
          </a>
          <h2 dir="auto">{mail.subject}</h2>
        </div>
        <Facts mail={mail} />
      </header>
      <div class="mail-body">
        <Failure
          mail={mail}
          onRetried={() => {
            again();
            onRetried();
          }}
        />
        <Content mail={mail} />
      </div>
    </section>
  );
}
