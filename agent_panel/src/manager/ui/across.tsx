// Whether a chart goes along the period, or tells the hours of a day.
import type { Signal } from "@preact/signals";
import { bucket } from "../state/filters.ts";
import { say } from "../words/words.ts";
import { Switch } from "./frame.tsx";

export type Across = "period" | "hour";

export function AcrossSwitch({ across }: { across: Signal<Across> }) {
  return (
    <Switch
      label={say("across")}
      options={[
        ["period", say(`across.${bucket.value === "hour" ? "time" : bucket.value}`)],
        ["hour", say("across.hour")],
      ]}
      value={across.value}
      onChange={(next) => {
        across.value = next;
      }}
    />
  );
}
