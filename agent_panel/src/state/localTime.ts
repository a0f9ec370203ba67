// Between the wire's moments and what a `datetime-local` input holds, in the browser's zone and to the minute.

const two = (n: number): string => String(n).padStart(2, "0");

/** What the input holds, as a moment of the wire; null where it is empty. */
export const instant = (local: string): string | null => (local ? new Date(local).toISOString() : null);

/** A moment of the wire as the input wants it; "" for null. Seconds are left out. */
export function localOf(moment: string | null): string {
  if (moment === null) return "";
  const at = new Date(moment);
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
