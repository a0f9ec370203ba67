// For managers: every mail that came in and what became of it, what led to nothing with its reason and "try again".
import { useState } from "preact/hooks";
import { listInbound } from "../../net/api.ts";
import type { Inbound, MailSource } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t, tOr } from "../../words/words.ts";
import { When } from "../parts/marks.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { Directions } from "./Directions.tsx";
import { InboundDetail } from "./InboundDetail.tsx";
import { InboundState } from "./InboundState.tsx";
import { useReadingOn } from "./useReadingOn.ts";

const STATES = ["", "created", "attached", "ignored", "refused", "unparsable", "received"] as const;

function InboundRow({ mail, chosen }: { mail: Inbound; chosen: boolean }) {
  return (
    <li>
      <a
        class="ticket-row"
        href={hrefOf({ page: "inbound", mail: mail.id })}
        aria-current={chosen ? "true" : undefined}
      >
        <b class="ticket-subject clip" dir="auto">
          {mail.subject ?? t("inbound.no_subject")}
        </b>
        <When at={mail.received_at} class="ticket-when tiny num" />
        <span class="ticket-who small mut clip" dir="auto">
          {mail.from ?? t("inbound.no_sender")}
        </span>
        <span class="ticket-marks">
          <InboundState mail={mail} />
          {mail.reason && <span class="tiny clip">{tOr(`inbound.reason.${mail.reason}`, mail.reason)}</span>}
        </span>
      </a>
    </li>
  );
}

function Sources({ sources }: { sources: MailSource[] }) {
  if (sources.length === 0) return <p class="small mut inbound-sources">{t("inbound.off")}</p>;
  const failing = sources.filter((source) => source.error !== null);
  return (
    <>
      {failing.map((source) => (
        <p class="problem" key={source.kind}>
          {t("inbound.failing", { error: source.error ?? "" })}
        </p>
      ))}
    </>
  );
}

function InboundList({ state, chosen }: { state: string; chosen: string | null }) {
  const [sources, setSources] = useState<MailSource[] | null>(null);
  const [mails, more, again] = usePages(state, async (cursor) => {
    const reply = await listInbound(state, cursor);
    if (reply.ok) setSources(reply.sources);
    return reply.ok ? { ok: true, items: reply.inbound, next: reply.next } : reply;
  });
  useReadingOn(
    mails.items.some((mail) => mail.state === "received"),
    mails.items,
    again,
  );
  if (mails.state === "loading" && mails.items.length === 0) return <Loading lines={6} />;
  if (mails.error) return <Problem error={mails.error} retry={again} />;
  return (
    <>
      {sources && <Sources sources={sources} />}
      {mails.items.length === 0 && <Empty title={t("mails.empty")}>{t("inbound.empty_how")}</Empty>}
      <ul class="ticket-list">
        {mails.items.map((mail) => (
          <InboundRow key={mail.id} mail={mail} chosen={mail.id === chosen} />
        ))}
      </ul>
      {mails.next && (
        <button type="button" class="btn quiet" disabled={mails.state === "loading"} onClick={more}>
          {t("more")}
        </button>
      )}
    </>
  );
}

export function InboundPage({ id }: { id: string | null }) {
  const [state, setState] = useState<string>("");
  const [changes, setChanges] = useState(0);
  return (
    <main class={`page tickets${id ? " with-detail" : ""}`} aria-label={t("mails.in")}>
      <section class="page-list" aria-label={t("mails.in")}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.mails")}</h2>
          <Directions shown="in" />
        </header>
        <label class="inbound-filter small">
          {t("inbound.by_state")}
          <select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            {STATES.map((each) => (
              <option key={each} value={each}>
                {each === "" ? t("mails.all") : t(`inbound.state.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <InboundList key={`${state}${changes}`} state={state} chosen={id} />
      </section>
      {id ? (
        <InboundDetail key={id} id={id} onRetried={() => setChanges(changes + 1)} />
      ) : (
        <div class="page-detail none">
          <Empty title={t("mails.choose")} />
        </div>
      )}
    </main>
  );
}
