// One mail that came in: what became of it, why, and the mail as it came, to be saved and never shown here.
import { inboundRawUrl, readInbound, retryInbound } from "../../net/api.ts";
import type { Inbound } from "../../net/wire.ts";
import { now } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { useLoad } from "../parts/useLoad.ts";
import { InboundState } from "./InboundState.tsx";
import { MailFacts, MailSheet } from "./MailSheet.tsx";
import { Reason } from "./Reason.tsx";
import { useReadingOn } from "./useReadingOn.ts";

const FAILED = new Set(["refused", "unparsable"]);
const RETRIABLE = new Set(["ignored", "refused", "unparsable"]);

function Facts({ mail }: { mail: Inbound }) {
  return (
    <MailFacts
      from={mail.from ?? t("inbound.no_sender")}
      to={mail.to.join(", ")}
      state={
        <>
          <InboundState mail={mail} /> <span class="tiny">{promise(mail.received_at, now.value)}</span>
        </>
      }
      ticket={mail.ticket}
    >
      <dt>{t("inbound.size")}</dt>
      <dd class="num">{t("inbound.kilobytes", { n: Math.max(1, Math.round(mail.size_bytes / 1024)) })}</dd>
    </MailFacts>
  );
}

export function InboundDetail({ id, onRetried }: { id: string; onRetried: () => void }) {
  const [loaded, again] = useLoad(id, () => readInbound(id));
  useReadingOn(loaded.state === "ready" && loaded.data.inbound.state === "received", loaded, again);
  const retried = (): void => {
    again();
    onRetried();
  };
  const body = (mail: Inbound) => (
    <>
      {mail.error !== null && (
        <Reason
          words={mail.error}
          isFailure={FAILED.has(mail.state)}
          retry={RETRIABLE.has(mail.state) && mail.reason !== "too_large" ? () => retryInbound(mail.id) : null}
          onRetried={retried}
        />
      )}
      {mail.raw ? (
        <a class="btn quiet" href={inboundRawUrl(mail.id)} download={`mail-${mail.id}.eml`}>
          {t("inbound.save")}
        </a>
      ) : (
        <p class="small mut">{t("inbound.raw_gone")}</p>
      )}
    </>
  );
  return (
    <MailSheet
      page="inbound"
      loaded={loaded}
      again={again}
      show={({ inbound: mail }) => ({
        subject: mail.subject ?? t("inbound.no_subject"),
        facts: <Facts mail={mail} />,
        body: body(mail),
      })}
    />
  );
}
