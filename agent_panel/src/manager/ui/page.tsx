// The page: who may see it, the filters, the figures, the desk right now, and the reports.

import { begin, session } from "../state/store.ts";
import { say } from "../words/words.ts";
import { AgentTable } from "./agents.tsx";
import { CoverageReportView, GapList } from "./coverage.tsx";
import { Figures } from "./figures.tsx";
import { Filters } from "./filters.tsx";
import { HeatMap } from "./heat.tsx";
import { LiveStrip } from "./live.tsx";
import { Negative, SatisfactionFigures } from "./satisfaction.tsx";
import { VolumeReportView } from "./volume.tsx";
import { WaitsReportView } from "./waits.tsx";

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

function Gate() {
  const { state } = session.value;
  if (state === "loading") {
    return (
      <main class="gate" aria-busy="true">
        <p class="mut">{say("loading")}</p>
      </main>
    );
  }
  return (
    <main class="gate">
      <h1>{say("title")}</h1>
      {state === "signed_out" && <p>{say("gate.signed_out")}</p>}
      {state === "not_manager" && <p>{say("gate.not_manager")}</p>}
      {state === "failed" ? (
        <>
          <p role="alert">{say("gate.failed")}</p>
          <button type="button" onClick={() => void begin()}>
            {say("retry")}
          </button>
        </>
      ) : (
        <a class="btn" href="/agent">
          {state === "signed_out" ? say("gate.sign_in") : say("gate.panel")}
        </a>
      )}
    </main>
  );
}

export function Page() {
  if (session.value.state !== "ready") return <Gate />;
  return (
    <>
      <HatchPattern />
      <Filters />
      <main>
        <Figures />
        <LiveStrip />
        <div class="two">
          <CoverageReportView />
          <GapList />
        </div>
        <div class="two">
          <WaitsReportView />
          <HeatMap />
        </div>
        <div class="two">
          <VolumeReportView />
          <div class="stack">
            <SatisfactionFigures />
            <Negative />
          </div>
        </div>
        <AgentTable />
      </main>
    </>
  );
}
