// Overview: the desk as it went, as it is right now, and how many came.

import { Figures } from "./figures.tsx";
import { LiveStrip } from "./live.tsx";
import { VolumeReportView } from "./volume.tsx";

export function OverviewPage() {
  return (
    <>
      <Figures />
      <div class="two">
        <VolumeReportView />
        <LiveStrip />
      </div>
    </>
  );
}
