// A strip above every page while an incident runs: so that no agent learns of it from a customer.
import { runningIncident } from "../../state/incident.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { shortMoment } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

export function IncidentStrip() {
  const incident = runningIncident.value;
  return (
    <div class="incident-place" role="status">
      {incident && (
        <p class="incident-strip">
          <Icon name="urgent" />
          <b dir="auto" title={incident.title}>
            {t(`incident.strip.${incident.kind ?? "incident"}`, { title: incident.title })}
          </b>
          {incident.service && <span dir="auto">{incident.service}</span>}
          <span class="num small">{shortMoment(incident.since, now.value)}</span>
          <a href={hrefOf({ page: "incidents", incident: incident.id })}>{t("incident.strip.open")}</a>
        </p>
      )}
    </div>
  );
}
