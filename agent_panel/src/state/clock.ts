// How old something is, and which light that makes. Ages are measured on the server's clock: an agent's machine
// that is two minutes off must not turn every light red.
import type { Light } from "../net/wire.ts";

/** Milliseconds to add to this machine's clock to get the server's. */
export function clockOffset(serverTime: string, localMs: number): number {
  const server = Date.parse(serverTime);
  return Number.isNaN(server) ? 0 : server - localMs;
}

export function ageSeconds(since: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
}

/** Green, amber from half the service target, red from the target on. */
export function lightOf(ageS: number, targetS: number): Light {
  if (ageS >= targetS) return "red";
  return ageS * 2 >= targetS ? "amber" : "green";
}

/** 12 -> "0:12", 245 -> "4:05", 3725 -> "1:02:05", two days -> "2 d 3 h". */
export function formatAge(ageS: number): string {
  const seconds = ageS % 60;
  const minutes = Math.floor(ageS / 60) % 60;
  const hours = Math.floor(ageS / 3600);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "12 min", "3 h", "5 d": for lists where seconds are noise. */
export function formatCoarse(ageS: number): string {
  if (ageS < 60) return "< 1 min";
  if (ageS < 3600) return `${Math.floor(ageS / 60)} min`;
  if (ageS < 86_400) return `${Math.floor(ageS / 3600)} h`;
  return `${Math.floor(ageS / 86_400)} d`;
}

export function dayKey(at: string): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}
