// A change of a ticket's status: what the customer is owed with it, what is still missing, and what they will read.
// The server has the last word (transcripts/promises.py); this says it before anything is sent.
import type { TicketChange } from "../net/api.ts";
import type { Solution, Ticket, TicketStatus } from "../net/wire.ts";
import { fromLocalInput, toLocalInput } from "./checkpoint.ts";

export interface NextStep {
  /** Null: as it is. */
  status: TicketStatus | null;
  sentence: string;
  /** A local input's value; null: the standing promise. */
  checkpoint: string | null;
  /** Null: untouched. */
  solution: Answers | null;
}

/** The solving answer's short form; what is empty or not said is left out of the customer's mail. */
export interface Answers {
  cause: string;
  done: string;
  fully_solved: boolean | null;
  can_recur: boolean | null;
}

export const NO_ANSWERS: Answers = { cause: "", done: "", fully_solved: null, can_recur: null };
export const NO_STEP: NextStep = { status: null, sentence: "", checkpoint: null, solution: null };

/** What still stands between the form and the customer, by the field it belongs to; status: nothing was changed. */
export interface Lacks {
  status?: "nothing";
  sentence?: "sentence";
  checkpoint?: "checkpoint" | "checkpoint_past";
}

export function isFinal(status: TicketStatus): boolean {
  return status === "solved" || status === "closed";
}

export function statusOf(ticket: Ticket, step: NextStep): TicketStatus {
  return step.status ?? ticket.status;
}

/** The moment in the form's field: a promise that stands is proposed again, one that has passed is not. */
export function checkpointOf(ticket: Ticket, step: NextStep, nowMs: number): string {
  if (step.checkpoint !== null) return step.checkpoint;
  const standing = ticket.checkpoint_at;
  return standing && Date.parse(standing) > nowMs ? toLocalInput(new Date(standing)) : "";
}

/** The answers in the form: those of an earlier solution are proposed again. */
export function answersOf(ticket: Ticket, step: NextStep): Answers {
  const { cause, done, ...rest } = ticket.solution ?? ticket.earlier_solution ?? { ...NO_ANSWERS };
  return step.solution ?? { ...rest, cause: cause ?? "", done: done ?? "" };
}

/** A ticket that is being solved asks for its solution; one that is solved already lets it be corrected. */
export function asksSolution(ticket: Ticket, step: NextStep): boolean {
  return statusOf(ticket, step) === "solved" && (ticket.status !== "solved" || step.solution !== null);
}

function solutionOf(ticket: Ticket, step: NextStep): Solution | null {
  return asksSolution(ticket, step) ? asSolution(answersOf(ticket, step)) : null;
}

export function asSolution({ cause, done, fully_solved, can_recur }: Answers): Solution | null {
  const solution = { cause: cause.trim() || null, done: done.trim() || null, fully_solved, can_recur };
  return Object.values(solution).some((part) => part !== null) ? solution : null;
}

function isMoved(ticket: Ticket, step: NextStep): boolean {
  if (step.checkpoint === null) return false;
  const standing = ticket.checkpoint_at;
  return step.checkpoint !== (standing ? toLocalInput(new Date(standing)) : "");
}

export function lacks(ticket: Ticket, step: NextStep, nowMs: number): Lacks {
  const status = statusOf(ticket, step);
  const isNew = status !== ticket.status;
  const said = step.sentence.trim() !== "";
  if (isFinal(status)) {
    if (said || solutionOf(ticket, step)) return {};
    return isNew ? { sentence: "sentence" } : { status: "nothing" };
  }
  if (!isNew && !said && !isMoved(ticket, step)) return { status: "nothing" };
  const found: Lacks = {};
  if (isNew && !said) found.sentence = "sentence";
  const checkpoint = fromLocalInput(checkpointOf(ticket, step, nowMs));
  if (checkpoint === null) found.checkpoint = "checkpoint";
  else if (Date.parse(checkpoint) <= nowMs) found.checkpoint = "checkpoint_past";
  return found;
}

/** The order for the server. */
export function changeOf(ticket: Ticket, step: NextStep, nowMs: number): TicketChange {
  const status = statusOf(ticket, step);
  const change: TicketChange = {};
  if (status !== ticket.status) change.status = status;
  if (step.sentence.trim()) change.message = step.sentence.trim();
  const solution = solutionOf(ticket, step);
  if (solution) change.solution = solution;
  // The standing promise is sent with a new status: the customer is told it again. Untouched it keeps its seconds.
  if (!isFinal(status) && (change.status || isMoved(ticket, step))) {
    const kept = step.checkpoint === null || !isMoved(ticket, step);
    const at = kept ? ticket.checkpoint_at : fromLocalInput(checkpointOf(ticket, step, nowMs));
    if (at) change.checkpoint_at = at;
  }
  return change;
}

export interface Told {
  status: TicketStatus;
  sentence: string;
  /** Null: no news is promised. */
  promise: string | null;
  solution: Solution | null;
  /** The mail that ends a ticket carries the link to rate. */
  rates: boolean;
}

/** What the customer will read. */
export function toldBy(ticket: Ticket, step: NextStep, nowMs: number): Told {
  const status = statusOf(ticket, step);
  const final = isFinal(status);
  return {
    status,
    sentence: step.sentence.trim(),
    promise: final ? null : fromLocalInput(checkpointOf(ticket, step, nowMs)),
    solution: solutionOf(ticket, step),
    rates: final && (status !== ticket.status || solutionOf(ticket, step) !== null),
  };
}

export function hasSaid(told: Told): boolean {
  return told.sentence !== "" || told.solution !== null;
}
