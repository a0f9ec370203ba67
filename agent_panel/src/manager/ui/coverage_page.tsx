// Coverage: when agents accepted, and what nobody covered.

import { CoverageReportView } from "./coverage.tsx";
import { GapList } from "./gaps.tsx";

export function CoveragePage() {
  return (
    <div class="two">
      <CoverageReportView />
      <GapList />
    </div>
  );
}
