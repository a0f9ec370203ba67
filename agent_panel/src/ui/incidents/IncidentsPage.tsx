// Incidents and planned work: what goes on first. Agents read; managers tell.
import { useEffect, useState } from "preact/hooks";
import { type Incident, listIncidents } from "../../net/cases.ts";
import { runningIncident } from "../../state/incident.ts";
import { hrefOf } from "../../state/route.ts";
import { agent } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { When } from "../parts/marks.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { IncidentDetail } from "./IncidentDetail.tsx";
import { OpenIncident } from "./OpenIncident.tsx";
import { StateMark } from "./StateMark.tsx";

function Row({ incident, chosen }: { incident: Incident; chosen: boolean }) {
  return (
    <li>
      <a
        class="ticket-row"
        href={hrefOf({ page: "incidents", incident: incident.id })}
        aria-current={chosen ? "true" : undefined}
      >
        <b class="ticket-subject clip" dir="auto">
          {incident.title}
        </b>
        <When at={incident.ended_at ?? incident.starts_at} class="ticket-when tiny num" />
        <span class="ticket-who small mut" dir="auto">
          {t(`incidents.kind.${incident.kind}`)}
          {incident.service && ` · ${incident.service}`}
        </span>
        <span class="ticket-marks">
          <StateMark incident={incident} />
        </span>
      </a>
    </li>
  );
}

function List({ chosen, changes }: { chosen: string | null; changes: number }) {
  const pages = usePages("all", async (cursor) => {
    const reply = await listIncidents(cursor);
    return reply.ok ? { ok: true, items: reply.incidents, next: reply.next } : reply;
  });
  // What the server tells everybody (it began, it is over) changes this list too.
  const running = runningIncident.value?.id;
  const [, , again] = pages;
  useEffect(again, [running, changes]);
  return (
    <PagedList pages={pages} empty={<Empty title={t("incidents.empty")}>{t("incidents.empty_how")}</Empty>}>
      {(incident) => <Row key={incident.id} incident={incident} chosen={incident.id === chosen} />}
    </PagedList>
  );
}

export function IncidentsPage({ id }: { id: string | null }) {
  const [changes, setChanges] = useState(0);
  const [opening, setOpening] = useState(false);
  const manages = agent.value !== null && agent.value.role !== "agent";
  const changed = (): void => setChanges((n) => n + 1);
  return (
    <main class={`page tickets${id ? " with-detail" : ""}`} aria-label={t("nav.incidents")}>
      <section class="page-list" aria-label={t("nav.incidents")}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.incidents")}</h2>
          {manages && (
            <button type="button" class="btn soft" onClick={() => setOpening(true)}>
              <Icon name="plus" />
              {t("incidents.new")}
            </button>
          )}
        </header>
        <List chosen={id} changes={changes} />
      </section>
      {id ? (
        <IncidentDetail key={id} id={id} manages={manages} onChange={changed} />
      ) : (
        <div class="page-detail none">
          <Empty title={t("incidents.choose")} />
        </div>
      )}
      {opening && (
        <OpenIncident
          close={() => {
            setOpening(false);
            changed();
          }}
        />
      )}
    </main>
  );
}
