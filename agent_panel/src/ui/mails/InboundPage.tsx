// For managers: every mail that came in and what became of it, what led to nothing with its reason and "try again".
import { useState } from "preact/hooks";
import { listInbound } from "../../net/api.ts";
import type { Inbound, MailSource } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t, tOr } from "../../words/words.ts";
import { When } from "../parts/marks.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { InboundDetail } from "./InboundDetail.tsx";
import { InboundState } from "./InboundState.tsx";
import { MailsFrame } from "./MailsFrame.tsx";
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
  const pages = usePages(state, async (cursor) => {
    const reply = await listInbound(state, cursor);
    if (reply.ok) setSources(reply.sources);
    return reply.ok ? { ok: true, items: reply.inbound, next: reply.next } : reply;
  });
  const [mails, , again] = pages;
  useReadingOn(
    mails.items.some((mail) => mail.state === "received"),
    mails.items,
    again,
  );
  return (
    <PagedList
      pages={pages}
      head={sources && <Sources sources={sources} />}
      empty={<Empty title={t("mails.empty")}>{t("inbound.empty_how")}</Empty>}
    >
      {(mail) => <InboundRow key={mail.id} mail={mail} chosen={mail.id === chosen} />}
    </PagedList>
  );
}

export function InboundPage({ id }: { id: string | null }) {
  const [state, setState] = useState<string>("");
  const [changes, setChanges] = useState(0);
  const filter = (
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
  );
  return (
    <MailsFrame
      shown="in"
      filter={filter}
      list={<InboundList key={`${state}${changes}`} state={state} chosen={id} />}
      detail={id && <InboundDetail key={id} id={id} onRetried={() => setChanges(changes + 1)} />}
    />
  );
}
