import type { TeamEntry } from "../../net/wire.ts";
import { ageSeconds, formatCoarse } from "../../state/clock.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { exact } from "../../words/moments.ts";
import { t } from "../../words/words.ts";

function Presence({ entry }: { entry: TeamEntry }) {
  if (entry.status === "online") {
    const full = entry.load >= entry.capacity;
    return (
      <span class={`light num ${full ? "a" : "g"}`}>
        <span class="sr">{t(full ? "team.full" : "team.free")} </span>
        {entry.load}/{entry.capacity}
      </span>
    );
  }
  const age = entry.since ? formatCoarse(ageSeconds(entry.since, now.value)) : "";
  const words = [t(`team.${entry.status}`), entry.reason, age].filter(Boolean).join(" · ");
  return (
    <span class="tiny clip" title={entry.since ? exact(entry.since) : undefined}>
      {words}
    </span>
  );
}

export function ColleagueRow({ entry }: { entry: TeamEntry }) {
  return (
    <li class="row colleague">
      <a href={hrefOf({ page: "search", query: { agent: entry.agent.id } })} dir="auto">
        {entry.agent.name}
      </a>
      <Presence entry={entry} />
    </li>
  );
}
