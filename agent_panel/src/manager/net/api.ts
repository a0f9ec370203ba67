// The only file that fetches: JSON of the server, and the addresses of its CSV files.

import type { Bucketing } from "../state/period.ts";

export type ReportKind =
  | "overview"
  | "coverage"
  | "waits"
  | "volume"
  | "satisfaction"
  | "agents"
  | "estimates"
  | "staffing";

/** What a report is asked for. `from` inclusive, `to` exclusive; "" for a department or an agent means all. */
export interface Query {
  from: string;
  to: string;
  department: string;
  agent: string;
  bucket: Bucketing;
  /** Only the overview compares. */
  compare?: "previous" | "none";
}

/** What went wrong, in the server's own words where it gave any. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** How long an answer may take before the page says that the server does not answer. */
const TIMEOUT_MS = 20_000;

export async function get<T>(path: string, cancelled?: AbortSignal): Promise<T> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const signal = cancelled ? AbortSignal.any([cancelled, late]) : late;
  const response = await fetch(path, { signal, credentials: "same-origin", headers: { Accept: "application/json" } });
  if (response.ok) return (await response.json()) as T;
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
  throw new ApiProblem(response.status, error?.code ?? "unavailable", error?.message ?? "");
}

function address(kind: ReportKind, suffix: string, query: Query): string {
  // What was before the desk ran was neither open nor uncovered: a new desk begins with itself.
  const given = new URLSearchParams({ from: query.from, to: query.to, bucket: query.bucket, recorded: "only" });
  for (const name of ["department", "agent", "compare"] as const) {
    const value = query[name];
    if (value) given.set(name, value);
  }
  return `/api/v1/reports/${kind}${suffix}?${given}`;
}

/** Where a report is fetched: two questions with the same address are the same question. */
export function path(kind: ReportKind, query: Query): string {
  return address(kind, "", query);
}

/** The same report as a file; part: another list of it than its buckets, such as "gaps". */
export function csv(kind: ReportKind, query: Query, part = ""): string {
  const file = address(kind, ".csv", query);
  return part ? `${file}&part=${part}` : file;
}
