// Whether an incident runs, is announced or over: colour and word at once.
import type { Incident } from "../../net/cases.ts";
import { t } from "../../words/words.ts";

export function StateMark({ incident }: { incident: Pick<Incident, "state" | "kind"> }) {
  const light = { running: incident.kind === "incident" ? "r" : "a", announced: "a", over: "g" }[incident.state];
  return <span class={`light ${light}`}>{t(`incidents.state.${incident.state}`)}</span>;
}
