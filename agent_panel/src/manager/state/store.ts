// Who is looking, and whom they may ask about.

import { signal } from "@preact/signals";
import { ApiProblem, get } from "../net/api.ts";
import { zone } from "./filters.ts";
import type { DepartmentsAnswer, Live, Me, Named } from "./wire.ts";

/** own: an agent, who may see the figures about themself and no others. */
export type Session =
  | { state: "loading" | "signed_out" | "not_manager" | "failed" }
  | { state: "ready" | "own"; me: Me };

export const session = signal<Session>({ state: "loading" });
export const departments = signal<Named[]>([]);
export const people = signal<(Named & { departments: string[] })[]>([]);

/** Find out who is looking; the pages ask for what they show. */
export async function begin(): Promise<void> {
  session.value = { state: "loading" };
  try {
    const me = await get<Me>("/api/v1/me");
    if (me.settings?.tz) zone.value = me.settings.tz;
    if (me.agent.role === "agent") {
      session.value = { state: "own", me };
      return;
    }
    session.value = { state: "ready", me };
  } catch (error) {
    const status = error instanceof ApiProblem ? error.status : 0;
    session.value = { state: status === 401 ? "signed_out" : status === 403 ? "not_manager" : "failed" };
    return;
  }
  const [named, colleagues] = await Promise.all([
    get<DepartmentsAnswer>("/api/v1/departments").catch(() => null),
    get<{ agents: (Named & { departments: string[] })[] }>("/api/v1/agents").catch(() => null),
  ]);
  departments.value = named?.departments ?? [];
  people.value = colleagues?.agents ?? [];
}

export function live(cancelled: AbortSignal): Promise<Live> {
  return get<Live>("/api/v1/live", cancelled);
}
