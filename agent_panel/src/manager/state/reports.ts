// Reports as resources: each is asked for by the components that show it, and one that fails leaves the others readable.

import { batch, type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiProblem, get, path, type Query, type ReportKind } from "../net/api.ts";
import { askedAt_ms, beganAt, zone } from "./filters.ts";
import { session } from "./store.ts";
import { startOfDay } from "./zone.ts";

/** `data` of an earlier answer stays while the next one is on its way. */
export interface Resource<T> {
  /** missing: this server does not make the report (yet), or not for this question. */
  state: "loading" | "ready" | "failed" | "missing";
  data: T | null;
  /** The question that `data` answers: not always the one the filters ask by now. */
  asked: Query;
  /** The server's sentence, when it gave one. */
  problem: string;
}

interface Slot {
  resource: Signal<Resource<unknown>>;
  /** What was asked last, and when: the same question is asked anew only after "refresh". */
  path: string;
  round: number;
  running: AbortController;
}

const slots = new Map<string, Slot>();

function slotOf(name: string, asked: Query): Slot {
  let found = slots.get(name);
  if (!found) {
    const resource = signal<Resource<unknown>>({ state: "loading", data: null, asked, problem: "" });
    found = { resource, path: "", round: 0, running: new AbortController() };
    slots.set(name, found);
  }
  return found;
}

function failure(error: unknown): Pick<Resource<unknown>, "state" | "problem"> {
  if (!(error instanceof ApiProblem)) return { state: "failed", problem: "" };
  if (error.status === 401) session.value = { state: "signed_out" };
  return { state: error.status === 404 || error.status === 422 ? "missing" : "failed", problem: error.message };
}

async function load(slot: Slot, wanted: string, asked: Query, round: number): Promise<void> {
  if (slot.path === wanted && slot.round === round) return;
  slot.running.abort();
  Object.assign(slot, { path: wanted, round, running: new AbortController() });
  const { signal: cancelled } = slot.running;
  slot.resource.value = { ...slot.resource.peek(), state: "loading" };
  try {
    const data = await get<{ tz: string; from: string }>(wanted, cancelled);
    if (cancelled.aborted) return;
    batch(() => {
      slot.resource.value = { state: "ready", data, asked, problem: "" };
      zone.value = data.tz;
      beganAt.value = Date.parse(data.from) > startOfDay(asked.from, data.tz) ? data.from : null;
    });
  } catch (error) {
    if (!cancelled.aborted) slot.resource.value = { ...failure(error), data: null, asked };
  }
}

/**
 * The report `kind` for a question, asked for when a component first wants it and again when the question changes.
 *
 * Components that ask the same kind in the same buckets share one answer; whoever needs two at a time (this period
 * and another one) names the second `slot`.
 */
export function useReport<T extends { tz: string }>(kind: ReportKind, asked: Query, slot = ""): Resource<T> {
  const held = slotOf(`${kind} ${asked.bucket} ${slot}`, asked);
  const wanted = path(kind, asked);
  const round = askedAt_ms.value;
  useEffect(() => {
    void load(held, wanted, asked, round);
  }, [held, wanted, round]);
  const resource = held.resource.value as Resource<T>;
  return held.path === wanted ? resource : { ...resource, state: "loading" };
}
