// The JSON of docs/protocol.md as the manager's page reads it. Null always means "unknown", never 0.

export interface Named {
  id: string;
  name: string;
}

export interface Me {
  agent: Named & { email: string; role: "agent" | "manager" | "admin" };
  /** Shown by servers that publish their targets; the page falls back to the documented defaults. */
  settings?: { service_target_s?: number; alarm_after_s?: number; tz?: string };
}

export interface Report<B> {
  tz: string;
  from: string;
  to: string;
  department: string | Named | null;
  total: B;
  buckets: Bucket<B>[];
}

/** One slice of the period: `from` inclusive, `to` exclusive, both instants in UTC. */
export type Bucket<B> = B & { from: string; to: string };

export interface Coverage {
  open_s: number;
  covered_s: number;
  free_s: number;
  single_s: number;
  uncovered_s: number;
}

export interface Gap {
  from: string;
  to: string;
  duration_s: number;
  /** kind: connection_lost, away, signed_out, moved, server_down, nobody_online; a newer server may know more. */
  cause: { kind: string; agent: Named | string | null; reason: string | null };
  waiting: number | null;
  left: number | null;
}

/** From `at` on, `accepting` agents took chats, until the next step. */
export interface Step {
  at: string;
  accepting: number;
}

/** Open from `from` up to `to`. */
export interface Opening {
  from: string;
  to: string;
}

export interface CoverageReport extends Report<Coverage> {
  gaps: Gap[];
  /** When any of the departments was open; null, like the steps, for periods above 31 days. */
  open?: Opening[] | null;
  steps?: Step[] | null;
}

export interface Spread {
  p50_s: number | null;
  p90_s: number | null;
  max_s: number | null;
}

export interface Waits {
  n: number;
  answered: number;
  abandoned: number;
  abandoned_early?: number | null;
  waiting_now?: number | null;
  queue_wait: Spread;
  first_reply: Spread;
  /** How many can be judged: answered, gone without an answer (but not within 5 s), or waiting for too long by now. */
  judged: number;
  /** Share (0 to 1) of `judged` with a first reply within the service target; who left without one counts, unless within 5 s. */
  within_target: number | null;
  exchanges?: { p50: number | null; n: number };
  solution?: Spread & { n: number };
}

export type HourOf<B> = B & { hour: number };

export interface WaitsReport extends Report<Waits> {
  by_hour?: HourOf<Waits>[];
}

export interface Volume {
  started: number;
  answered: number;
  abandoned: number;
  tickets?: number;
  messages?: number;
}

export interface VolumeReport extends Report<Volume> {
  by_hour?: HourOf<Volume>[];
}

export interface Satisfaction {
  n: number;
  csat: number | null;
  mean: number | null;
  effort_n?: number;
  effort_mean?: number | null;
  recommend_n?: number;
  /** From -100 to 100. */
  nps?: number | null;
}

export interface NegativeRating {
  chat_id: string;
  score: number;
  comment: string | null;
  at: string;
  agent: Named | null;
}

export interface SatisfactionReport extends Report<Satisfaction> {
  negative: NegativeRating[];
}

export interface AgentRow {
  agent: Named;
  n: number;
  first_reply: Partial<Spread>;
  exchanges: { p50: number | null };
  solution: Partial<Spread>;
  csat: number | null;
  rated_n: number;
}

export interface AgentsReport {
  tz: string;
  from: string;
  to: string;
  agents: AgentRow[];
}

export interface Estimates {
  n: number;
  /** Share (0 to 1) of waits that ended within the "at most" shown. */
  within_upto: number | null;
  median_error_s: number | null;
}

export interface LiveDepartment extends Named {
  open: boolean;
  waiting: number;
  longest_wait_s: number | null;
  accepting: number;
  free_slots: number;
}

export interface LiveAgent {
  agent: Named;
  status: "online" | "away" | "offline";
  reason: string | null;
  since: string | null;
  load: number;
  capacity: number;
  connected: boolean;
  departments: string[];
}

export interface Live {
  at: string;
  departments: LiveDepartment[];
  agents: LiveAgent[];
}

export interface DepartmentsAnswer {
  departments: (Named & { tz: string; hours: string | null; open: boolean })[];
}
