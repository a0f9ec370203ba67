// One mail that came in: what became of it, why, and the mail as it came, to be saved and never shown here.
import { useState } from "preact/hooks";
import { inboundRawUrl, readInbound, retryInbound } from "../../net/api.ts";
import type { Inbound, WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { InboundState } from "./InboundState.tsx";
import { useReadingOn } from "./useReadingOn.ts";

const FAILED = new Set(["refused", "unparsable"]);
const RETRIABLE = new Set(["ignored", "refused", "unparsable"]);

function Facts({ mail }: { mail: Inbound }) {
  return (
    <dl class="facts">
      <dt>{t("mails.from")}</dt>
      <dd dir="auto">{mail.from ?? t("inbound.no_sender")}</dd>
      {mail.to.length > 0 && (
        <>
          <dt>{t("mails.to")}</dt>
          <dd>{mail.to.join(", ")}</dd>
        </>
      )}
      <dt>{t("mails.state")}</dt>
      <dd>
        <InboundState mail={mail} /> <span class="tiny">{promise(mail.received_at, now.value)}</span>
      </dd>
      <dt>{t("inbound.size")}</dt>
      <dd class="num">{t("inbound.kilobytes", { n: Math.max(1, Math.round(mail.size_bytes / 1024)) })}</dd>
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

function Reason({ mail, onRetried }: { mail: Inbound; onRetried: () => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  if (mail.error === null && error === null) return null;
  const retry = async (): Promise<void> => {
    setBusy(true);
    const reply = await retryInbound(mail.id);
    setBusy(false);
    if (reply.ok) onRetried();
    else setError(reply.error);
  };
  return (
    <div class={FAILED.has(mail.state) || error ? "problem" : "reason"}>
      <Icon name={FAILED.has(mail.state) || error ? "failed" : "why"} />
      <p>{error?.message ?? mail.error}</p>
      {RETRIABLE.has(mail.state) && mail.reason !== "too_large" && (
        <button type="button" class="btn quiet" disabled={busy} onClick={() => void retry()}>
          {t("try_again")}
        </button>
      )}
    </div>
  );
}

export function InboundDetail({ id, onRetried }: { id: string; onRetried: () => void }) {
  const [loaded, again] = useLoad(id, () => readInbound(id));
  useReadingOn(loaded.state === "ready" && loaded.data.inbound.state === "received", loaded, again);
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("mails.preview")}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={4} />}
      </section>
    );
  }
  const mail = loaded.data.inbound;
  return (
    <section class="page-detail" aria-label={t("mails.preview")}>
      <header class="ticket-head">
        <div class="ticket-title">
          <a class="btn plain square back" href={hrefOf({ page: "inbound", mail: null })} aria-label={t("mails.back")}>
            <Icon name="back" />
          </a>
          <h2 dir="auto">{mail.subject ?? t("inbound.no_subject")}</h2>
        </div>
        <Facts mail={mail} />
      </header>
      <div class="mail-body">
        <Reason
          mail={mail}
          onRetried={() => {
            again();
            onRetried();
          }}
        />
        {mail.raw ? (
          <a class="btn quiet" href={inboundRawUrl(mail.id)} download={`mail-${mail.id}.eml`}>
            {t("inbound.save")}
          </a>
        ) : (
          <p class="small mut">{t("inbound.raw_gone")}</p>
        )}
      </div>
    </section>
  );
}
