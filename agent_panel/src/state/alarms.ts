// Which alarms come first, and which are only a warning: it is shown, but it neither repeats its sound nor counts as
// something that has gone wrong.
import type { Alarm } from "../net/wire.ts";

/** A promise that is near. */
export function isWarning(alarm: Alarm): boolean {
  return alarm.kind === "checkpoint_soon";
}

/** What has gone wrong before what will, each as it came. */
export function byUrgency(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms].sort((a, b) => Number(isWarning(a)) - Number(isWarning(b)));
}
