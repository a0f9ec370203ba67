// The page: who may see it, where they are, and the reports of that place.

import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { place } from "../state/filters.ts";
import type { Page as Name } from "../state/place.ts";
import { session } from "../state/store.ts";
import { say } from "../words/words.ts";
import { CoveragePage } from "./coverage_page.tsx";
import { Gate } from "./gate.tsx";
import { Head } from "./head.tsx";
import { OverviewPage } from "./overview.tsx";
import { OwnPage } from "./own.tsx";
import { PeoplePage } from "./people.tsx";
import { SatisfactionPage } from "./satisfaction_page.tsx";
import { StaffingPage } from "./staffing.tsx";
import { WaitsPage } from "./waits_page.tsx";
import { Wall } from "./wall.tsx";

const REPORTS: Record<Exclude<Name, "wall">, ComponentType> = {
  overview: OverviewPage,
  coverage: CoveragePage,
  waits: WaitsPage,
  satisfaction: SatisfactionPage,
  people: PeoplePage,
  staffing: StaffingPage,
};

/** One pattern for every hatched area: uncovered time, abandoned chats. */
function HatchPattern() {
  return (
    <svg class="hatch-defs" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch-line" width="2" height="6" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Page() {
  const { page } = place.value;
  useEffect(() => {
    document.title = say("tab", { page: say(`page.${page}`) });
  }, [page]);
  const { state } = session.value;
  const isOwn = state === "own" && page === "people";
  if (state !== "ready" && !isOwn) return <Gate />;
  if (page === "wall") return <Wall />;
  const Reports = isOwn ? OwnPage : REPORTS[page];
  return (
    <>
      <HatchPattern />
      <Head page={page} />
      <main>
        <Reports />
      </main>
    </>
  );
}
