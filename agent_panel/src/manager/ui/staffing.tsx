// Staffing: demand against cover per half hour, where somebody is missing, and what one agent more or fewer would change.

import { query } from "../state/filters.ts";
import { useReport } from "../state/reports.ts";
import type { StaffingReport } from "../state/wire.ts";
import { DemandView } from "./demand.tsx";
import { LacksView } from "./lacks.tsx";
import { WhatIfView } from "./what_if.tsx";

export function StaffingPage() {
  const staffing = useReport<StaffingReport>("staffing", query.value);
  return (
    <>
      <DemandView staffing={staffing} />
      <div class="two even">
        <LacksView staffing={staffing} />
        <WhatIfView staffing={staffing} />
      </div>
    </>
  );
}
