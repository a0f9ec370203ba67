// When the customer hears from us next: quick picks, and the two ways a browser writes a local moment.

export function inHours(hours: number, nowMs: number): Date {
  return new Date(nowMs + hours * 3_600_000);
}

/** The next calendar day at `hour` o'clock, on the agent's own clock; exact across a change of summer time. */
export function tomorrowAt(hour: number, nowMs: number): Date {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, hour);
}

/** The value of an `<input type="datetime-local">`. */
export function toLocalInput(moment: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** A local input's value as the wire wants it; null for an empty or broken one. */
export function fromLocalInput(value: string): string | null {
  const moment = new Date(value);
  return value === "" || Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

export function isOverdue(checkpointAt: string | null, nowMs: number): boolean {
  return checkpointAt !== null && Date.parse(checkpointAt) < nowMs;
}
