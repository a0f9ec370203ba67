// Coverage: when agents accepted, what nobody covered and why, when in the week, and who carried it.

import { Carriers } from "./carriers.tsx";
import { CoverageReportView } from "./coverage.tsx";
import { CoverageFacts } from "./coverage_facts.tsx";
import { CoverageWeek } from "./coverage_week.tsx";
import { GapList } from "./gaps.tsx";

export function CoveragePage() {
  return (
    <>
      <CoverageFacts />
      <div class="two">
        <CoverageReportView />
        <GapList />
      </div>
      <div class="two">
        <CoverageWeek />
        <Carriers />
      </div>
    </>
  );
}
