// Staffing: demand against cover.

import { query } from "../state/filters.ts";
import { useReport } from "../state/reports.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";

export function StaffingPage() {
  const staffing = useReport<{ tz: string }>("staffing", query.value);
  return (
    <Frame
      title={say("page.staffing")}
      about={(data) => data.tz}
      resource={staffing}
      empty={() => say("staffing.empty")}
    >
      {() => null}
    </Frame>
  );
}
