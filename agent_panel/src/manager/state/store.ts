// What the page holds: who is looking, what they filter by, and each report as a resource of its own,
// so that one report that fails leaves the others readable.

import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import { ApiProblem, csv, get, type Query, type ReportKind, report } from "../net/api.ts";
import { before, bucketFor, days, type Period, type Pick, picked, STEP_DAYS } from "./period.ts";
import type {
  AgentsReport,
  CoverageReport,
  DepartmentsAnswer,
  Estimates,
  Live,
  Me,
  Named,
  Report,
  SatisfactionReport,
  VolumeReport,
  WaitsReport,
} from "./wire.ts";

export type Session = { state: "loading" | "signed_out" | "not_manager" | "failed" } | { state: "ready"; me: Me };

/** `data` of an earlier answer stays while the next one is on its way. */
export interface Resource<T> {
  state: "loading" | "ready" | "failed";
  data: T | null;
  /** The question that `data` answers: not always the one the filters ask by now. */
  asked: Query;
  /** The server's sentence, when it gave one. */
  problem: string;
}

export const session = signal<Session>({ state: "loading" });
export const departments = signal<Named[]>([]);

export const pick = signal<Pick | "typed">("week");
export const typedPeriod = signal<Period | null>(null);
export const department = signal("");
/** The browser's zone until the first report says which one the site keeps. */
export const zone = signal(Intl.DateTimeFormat().resolvedOptions().timeZone);
/** Moves when the filters are used or "try again" is pressed, not with every tick: reports do not run by themselves. */
const askedAt_ms = signal(Date.now());

export const period = computed<Period>(() => {
  const asked = pick.value;
  if (asked === "typed") return typedPeriod.value ?? picked("week", askedAt_ms.value, zone.value);
  return picked(asked, askedAt_ms.value, zone.value);
});
export const bucket = computed(() => bucketFor(period.value));
/** Whether coverage is drawn minute by minute: only for periods for which the server sends steps. */
export const stepwise = computed(() => days(period.value) <= STEP_DAYS);

export const query = computed<Query>(() => ({
  from: period.value.from,
  to: period.value.to,
  department: department.value,
  bucket: bucket.value,
}));
const hourly = computed<Query>(() => ({ ...query.value, bucket: "hour" }));
const coverageQuery = computed(() => (stepwise.value ? hourly.value : query.value));
const previous = computed<Query>(() => ({
  ...query.value,
  ...before(period.value, askedAt_ms.value, zone.value),
}));

function resource<T>(): Signal<Resource<T>> {
  return signal({ state: "loading", data: null, asked: query.peek(), problem: "" });
}

export const coverage = resource<CoverageReport>();
export const waits = resource<WaitsReport>();
export const hours = resource<WaitsReport>();
export const volume = resource<VolumeReport>();
export const satisfaction = resource<SatisfactionReport>();
export const agents = resource<AgentsReport>();
export const estimates = resource<Report<Estimates>>();
export const earlier = {
  coverage: resource<CoverageReport>(),
  waits: resource<WaitsReport>(),
  satisfaction: resource<SatisfactionReport>(),
  estimates: resource<Report<Estimates>>(),
};

/** The address of a report's file for what is on the screen. */
export function csvOf(kind: ReportKind): string {
  return csv(kind, kind === "coverage" ? coverageQuery.value : query.value);
}

let running = new AbortController();

async function fill<T extends { tz: string }>(
  target: Signal<Resource<T>>,
  kind: ReportKind,
  asked: Query,
): Promise<void> {
  const { signal: cancelled } = running;
  target.value = { ...target.peek(), state: "loading" };
  try {
    const data = await report<T>(kind, asked, cancelled);
    if (cancelled.aborted) return;
    batch(() => {
      target.value = { state: "ready", data, asked, problem: "" };
      zone.value = data.tz;
    });
  } catch (error) {
    if (cancelled.aborted) return;
    if (error instanceof ApiProblem && error.status === 401) session.value = { state: "signed_out" };
    const problem = error instanceof ApiProblem ? error.message : "";
    target.value = { state: "failed", data: null, asked, problem };
  }
}

function load(): void {
  running.abort();
  running = new AbortController();
  void fill(coverage, "coverage", coverageQuery.value);
  void fill(waits, "waits", query.value);
  void fill(satisfaction, "satisfaction", query.value);
  void fill(estimates, "estimates", query.value);
  void fill(volume, "volume", query.value);
  void fill(agents, "agents", query.value);
  if (stepwise.value) void fill(hours, "waits", hourly.value);
  void fill(earlier.coverage, "coverage", previous.value);
  void fill(earlier.waits, "waits", previous.value);
  void fill(earlier.satisfaction, "satisfaction", previous.value);
  void fill(earlier.estimates, "estimates", previous.value);
}

/** Ask for everything again, with "now" being now. */
export function refresh(): void {
  askedAt_ms.value = Date.now();
}

export function choose(next: Pick): void {
  batch(() => {
    pick.value = next;
    refresh();
  });
}

export function chooseTyped(next: Period): void {
  batch(() => {
    typedPeriod.value = next;
    pick.value = "typed";
    refresh();
  });
}

/** Find out who is looking; then load, and again whenever a filter changes. */
export async function begin(): Promise<void> {
  session.value = { state: "loading" };
  try {
    const me = await get<Me>("/api/v1/me");
    if (me.agent.role === "agent") {
      session.value = { state: "not_manager" };
      return;
    }
    if (me.settings?.tz) zone.value = me.settings.tz;
    session.value = { state: "ready", me };
  } catch (error) {
    const status = error instanceof ApiProblem ? error.status : 0;
    session.value = { state: status === 401 ? "signed_out" : status === 403 ? "not_manager" : "failed" };
    return;
  }
  effect(load);
  const answer = await get<DepartmentsAnswer>("/api/v1/departments").catch(() => null);
  departments.value = answer?.departments ?? [];
}

export function live(cancelled: AbortSignal): Promise<Live> {
  return get<Live>("/api/v1/live", cancelled);
}
