// Waits: how long people waited and when, how waits are spread, how long people stay, and whether the estimates held.

import { AccuracyView } from "./accuracy.tsx";
import { HeatMap } from "./heat.tsx";
import { SpreadView } from "./spread.tsx";
import { StayingView } from "./staying.tsx";
import { WaitsReportView } from "./waits.tsx";

export function WaitsPage() {
  return (
    <>
      <div class="two">
        <WaitsReportView />
        <HeatMap />
      </div>
      <div class="two even">
        <SpreadView />
        <StayingView />
      </div>
      <AccuracyView />
    </>
  );
}
