// The JSON of docs/protocol.md as the manager's page reads it. Null always means "unknown", never 0.

import type { WeekHour } from "./week.ts";

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
  cause: { kind: string; agent: Named | null; reason: string | null; at?: string | null };
  /** back: who had left is there again; came: somebody else is; closed: the opening hours were over; null: it goes on. */
  ended_by?: { kind: "back" | "came" | "closed"; agent: Named | null; at: string } | null;
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

/** For how long an agent accepted chats in opening time, and for how long as the only one. */
export interface Carrier {
  agent: Named;
  accepting_s: number;
  single_s: number;
}

export interface CoverageReport extends Report<Coverage> {
  by_weekday?: WeekHour[];
  carried?: Carrier[];
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

/** How many chats waited longer than `from_s` and at most `to_s`; to_s null: any longer. */
export interface Bin {
  from_s: number;
  to_s: number | null;
  chats: number;
}

export interface Distribution {
  bins: Bin[];
  target_s: number;
  n: number;
}

/** From `at_s` on the share `staying` is still in line; low and high: 95 %, null where they are not defined. */
export interface StayingPoint {
  at_s: number;
  staying: number;
  low: number | null;
  high: number | null;
  at_risk: number;
}

/** How long people stay who are not served (Kaplan and Meier). */
export interface Staying {
  n: number;
  left: number;
  left_early?: number;
  median_s: number | null;
  curve: StayingPoint[];
}

export interface WaitsReport extends Report<Waits> {
  by_hour?: HourOf<Waits>[];
  distribution?: { queue_wait: Distribution; first_reply: Distribution };
  staying?: Staying;
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
  department?: Named | null;
  topic?: string | null;
}

/** One topic, department, channel or agent; `key` is its plain value, null for none. */
export type Scored = Satisfaction & {
  key: string | null;
  topic?: string | null;
  department?: Named | null;
  channel?: string | null;
  agent?: Named | null;
};

export interface SatisfactionReport extends Report<Satisfaction> {
  by_topic?: Scored[];
  by_department?: Scored[];
  by_channel?: Scored[];
  by_agent?: Scored[];
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
  adjusted?: Adjusted | null;
  /** Null where the interval overlaps a neighbour's. */
  rank?: number | null;
}

/** The handle time with topic and hour taken out; ratio: against the desk, 1.2 takes 20 % longer. Intervals: 95 %. */
export interface Adjusted {
  n: number;
  handle_s: number;
  low_s: number;
  high_s: number;
  ratio: number;
  ratio_low: number;
  ratio_high: number;
}

export interface AgentsReport {
  tz: string;
  from: string;
  to: string;
  agents: AgentRow[];
  method?: { text: string; source: string };
}

export interface Rival {
  n: number;
  median_error_s: number | null;
}

export interface Estimates {
  /** The first three of these: of whom it is known whether "at most" held. */
  n: number;
  /** An agent took the chat. */
  answered: number;
  /** It left, and it is known when an agent would have had it. */
  offered: number;
  /** It left when "at most" was over, without anybody knowing when its turn would have come. */
  passed: number;
  /** It left before that, and nobody knows. */
  censored: number;
  /** Share (0 to 1) of waits that ended within the "at most" shown. */
  within_upto: number | null;
  median_error_s: number | null;
  /** What simpler rules would have said for the same chats. */
  rivals?: { last_to_enter: Rival; hourly_average: Rival };
}

export interface EstimatesReport extends Report<Estimates> {
  by_hour?: HourOf<Estimates>[];
  by_department?: (Estimates & { department: Named })[];
}

/** Half an hour as it was; null: too little is known. */
export interface HalfHour {
  from: string;
  to: string;
  arrivals: number;
  arrivals_per_h: number;
  cover_mean: number | null;
  cover_min: number | null;
  needed: number | null;
  missing: number | null;
}

/** The same half hour of all weeks of the period; weekday 0 is Monday, time "09:30". Null: it was never open. */
export interface UsualHalfHour {
  weekday: number;
  time: string;
  /** Weeks in which it was open. */
  n?: number;
  arrivals_per_h: number | null;
  cover: number | null;
  needed: number | null;
}

export interface WhatIf {
  agents_change: number;
  p90_wait_s: number | null;
  within_target: number | null;
  abandoned: number | null;
}

export interface StaffingReport {
  tz: string;
  from: string;
  to: string;
  target: { share: number; within_s: number };
  /** Null for periods of more than 5,000 half hours. */
  halves: HalfHour[] | null;
  by_weekday: UsualHalfHour[];
  model: {
    handle_s: number | null;
    patience_s: number | null;
    concurrency: number | null;
    n: number;
    text: string;
    source: string;
  };
  what_if: WhatIf[];
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
