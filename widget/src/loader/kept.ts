/** The app's few lasting facts in the host page's own storage; in memory where that is denied. */
import type { Kept } from "../bridge.ts";

let memory: Kept = {};

export function kept(): Kept {
  try {
    return JSON.parse(localStorage.semafor);
  } catch {
    return memory;
  }
}

export function keep(patch: Kept): void {
  memory = { ...kept(), ...patch };
  try {
    localStorage.semafor = JSON.stringify(memory);
  } catch {
    // Denied or full: the visitor is known for the life of this page.
  }
}
