/** What does not work right now, or is being worked on: calm, and put away by whoever has read it. */
import "./incident.css";
import type { Incident } from "../../wire.ts";
import type { State } from "../state/model.ts";
import type { Props } from "./parts.tsx";

/** The incident to show: the one that runs, unless this visitor has put it away. */
export const unhidden = ({ incident, hidden_incidents }: State): Incident | null =>
  incident && !hidden_incidents.includes(incident.id) ? incident : null;

/** Stands in a polite live region, so that a screen reader says it without interrupting. */
export function IncidentBar({ state, deeds, t, when }: Props) {
  const incident = unhidden(state);
  if (!incident) return null;
  const { id, title, body, since, url, news, kind, ends_at } = incident;
  return (
    <section class="bar amber incident" aria-label={title}>
      <div class="incident-words">
        <p class="tiny">
          {t(kind === "planned" ? "planned_work" : "incident")} · {t("since", { when: when.moment(since) })}
          {ends_at && ` · ${t("until", { when: when.moment(ends_at) })}`}
        </p>
        <p>
          <b dir="auto">{title}</b>
        </p>
        <p class="small clip-4" dir="auto">
          {news?.body || body}
        </p>
        {url && (
          <a class="small" href={url} target="_blank" rel="noreferrer">
            {t("incident_page")}
          </a>
        )}
      </div>
      <button
        type="button"
        class="icon"
        aria-label={t("hide_notice")}
        title={t("hide_notice")}
        onClick={() => deeds.dispatch({ type: "incident_hidden", id })}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 6l12 12M18 6L6 18" />
        </svg>
      </button>
    </section>
  );
}
