// What belongs to many at once: problems, which join tickets and chats, and incidents, which are told to everybody.
import { queryOf, request, segment } from "./api.ts";
import type { Ack, Named, TicketStatus } from "./wire.ts";

export type ProblemStatus = "open" | "solved";

export interface ProblemMark {
  id: string;
  title: string;
  status: ProblemStatus;
}

export interface Problem extends ProblemMark {
  cause: string | null;
  solution: string | null;
  answer: string | null;
  created_at: string;
  created_by: { name: string | null };
  solved_at: string | null;
  solved_by: { name: string | null } | null;
  answered_at: string | null;
  linked: number;
}

export interface LinkedTicket {
  number: string;
  subject: string;
  status: TicketStatus;
  requester: { name: string | null; email: string };
}

export interface LinkedChat {
  id: string;
  question: string;
  state: string;
  visitor: { name: string | null; email: string | null };
}

export interface ProblemDetail {
  problem: Problem;
  tickets: LinkedTicket[];
  chats: LinkedChat[];
  /** Linked, and in departments this agent does not see. */
  hidden: number;
  /** A text to start the answer from. */
  draft: string;
}

export interface Answered {
  name: string | null;
  email: string | null;
  tickets: string[];
  chats: string[];
  by: ("mail" | "message")[];
  text: string;
}

export type LinkKind = "ticket" | "chat";

export const listProblems = (
  status: string,
  cursor: string | null,
): Promise<Ack<{ problems: Problem[]; next: string | null }>> =>
  request("GET", `/problems${queryOf({ status, cursor })}`);

export const readProblem = (id: string): Promise<Ack<ProblemDetail>> => request("GET", `/problems/${segment(id)}`);

export const makeProblem = (title: string, client_id: string): Promise<Ack<ProblemDetail>> =>
  request("POST", "/problems", { title, client_id });

export const changeProblem = (
  id: string,
  change: Partial<Pick<Problem, "title" | "cause" | "solution">>,
): Promise<Ack<ProblemDetail>> => request("PATCH", `/problems/${segment(id)}`, change);

export const linkProblem = (id: string, kind: LinkKind, subject: string): Promise<Ack<ProblemDetail>> =>
  request("POST", `/problems/${segment(id)}/links`, { [`${kind}s`]: [subject] });

export const unlinkProblem = (id: string, kind: LinkKind, subject: string): Promise<Ack<ProblemDetail>> =>
  request("DELETE", `/problems/${segment(id)}/links/${kind}s/${segment(subject)}`);

export const previewProblem = (id: string, message: string): Promise<Ack<{ customers: Answered[] }>> =>
  request("POST", `/problems/${segment(id)}/preview`, { message });

export const solveProblem = (
  id: string,
  answer: { message: string; cause: string | null; solution: string | null },
): Promise<Ack<ProblemDetail>> => request("POST", `/problems/${segment(id)}/solve`, answer);

/** Which problem a ticket or a chat belongs to. */
export async function problemOf(kind: LinkKind, id: string): Promise<Ack<{ problem: ProblemMark | null }>> {
  if (kind === "chat") return request("GET", `/chats/${segment(id)}/problem`);
  const reply = await request<{ ticket: { problem: ProblemMark | null } }>("GET", `/tickets/${segment(id)}`);
  return reply.ok ? { ok: true, problem: reply.ticket.problem } : reply;
}

export type IncidentState = "announced" | "running" | "over";

export interface Incident {
  id: string;
  title: string;
  body: string;
  kind: "incident" | "planned";
  state: IncidentState;
  service: string | null;
  departments: Named[];
  starts_at: string;
  ends_at: string | null;
  ended_at: string | null;
  created_by: { name: string | null };
  url: string;
}

export interface IncidentDetail extends Incident {
  updates: { number: number; body: string; at: string; by: { name: string | null }; over: boolean }[];
  /** How many addresses the next piece of news is mailed to. */
  subscribers: number;
}

export interface IncidentOrder {
  title: string;
  body: string;
  kind: "incident" | "planned";
  service: string | null;
  departments: string[];
  starts_at: string | null;
  ends_at: string | null;
  client_id: string;
}

/** What is missing stays as it is; `service` or `ends_at` null takes it back. */
export type IncidentChange = Partial<Omit<IncidentOrder, "kind" | "client_id">>;

export const listIncidents = (cursor: string | null): Promise<Ack<{ incidents: Incident[]; next: string | null }>> =>
  request("GET", `/incidents${queryOf({ cursor })}`);

export const readIncident = (id: string): Promise<Ack<{ incident: IncidentDetail }>> =>
  request("GET", `/incidents/${segment(id)}`);

export const openIncident = (order: IncidentOrder): Promise<Ack<{ incident: IncidentDetail }>> =>
  request("POST", "/incidents", order);

export const tellIncident = (
  id: string,
  what: "updates" | "end",
  body: string,
): Promise<Ack<{ incident: IncidentDetail }>> => request("POST", `/incidents/${segment(id)}/${what}`, { body });

export const changeIncident = (id: string, changes: IncidentChange): Promise<Ack<{ incident: IncidentDetail }>> =>
  request("PATCH", `/incidents/${segment(id)}`, changes);
