// The desk right now, for one department or all of them.

import type { Live, LiveAgent } from "./wire.ts";

export type Light = "green" | "amber" | "red";

/** Green, amber from half the service target, red from the target: the same light that agents see. */
export function light(wait_s: number, target_s: number): Light {
  if (wait_s >= target_s) return "red";
  return wait_s >= target_s / 2 ? "amber" : "green";
}

export interface Desk {
  waiting: number;
  longest_wait_s: number | null;
  accepting: number;
  free_slots: number;
  /** Departments that are open although nobody accepts in them. */
  deserted: string[];
  /** How many departments are open now. */
  open: number;
  agents: LiveAgent[];
}

const ORDER = { online: 0, away: 1, offline: 2 } as const;

/** What the strip shows; agents online first, then by name: an order to find people, not to rank them. */
export function desk(live: Live, department: string): Desk {
  const departments = live.departments.filter((one) => !department || one.id === department);
  const agents = live.agents.filter((one) => !department || one.departments.includes(department));
  const waits = departments.map((one) => one.longest_wait_s).filter((wait) => wait !== null);
  return {
    waiting: departments.reduce((sum, one) => sum + one.waiting, 0),
    longest_wait_s: waits.length ? Math.max(...waits) : null,
    // Counted over agents: one who serves two departments is one person.
    accepting: agents.filter((one) => one.status === "online" && one.connected).length,
    free_slots: agents
      .filter((one) => one.status === "online" && one.connected)
      .reduce((sum, one) => sum + Math.max(0, one.capacity - one.load), 0),
    open: departments.filter((one) => one.open).length,
    deserted: departments.filter((one) => one.open && one.accepting === 0).map((one) => one.name),
    agents: agents.toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || a.agent.name.localeCompare(b.agent.name)),
  };
}
