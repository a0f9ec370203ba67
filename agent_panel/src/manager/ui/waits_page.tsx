// Waits: how long people waited, and when.

import { HeatMap } from "./heat.tsx";
import { WaitsReportView } from "./waits.tsx";

export function WaitsPage() {
  return (
    <div class="two">
      <WaitsReportView />
      <HeatMap />
    </div>
  );
}
