/** Which screen a state asks for, and what is unread: questions that several places ask in the same way. Pure. */
import type { ConsentText, Department, Message } from "../../wire.ts";
import type { Instead, State } from "./model.ts";

export type Screen = "loading" | "refused" | "confirmed" | "write" | "start" | "closed" | "waiting" | "chat" | "ended";

/** The department that the form means: the chosen one, the page's, or the only one. */
export function chosen(state: State): Department | undefined {
  const { departments, form } = state;
  return (
    departments.find(({ id }) => id === form.department) ?? (departments.length === 1 ? departments[0] : undefined)
  );
}

/** What is to be agreed to before the department that the form means is written to. */
export function agreement(state: State): ConsentText | null {
  const { consent, consents } = state.settings;
  const own = consents?.[chosen(state)?.id ?? ""];
  return (own === undefined ? consent : own) ?? null;
}

/** Whether the desk offers this way to reach it. */
export const offers = ({ settings }: State, way: Instead | "chat"): boolean =>
  settings.offers?.[way === "write" ? "message" : way] !== false;

/** Open where the question would go; while no department is chosen, open as soon as one of them is. */
export function isOpen(state: State): boolean {
  const department = chosen(state);
  return department ? department.open : state.departments.some(({ open }) => open);
}

/** Agents who would take the question now, whatever their load. */
export function accepting(state: State): number {
  const department = chosen(state);
  const counted = department ? [department] : state.departments;
  return counted.reduce((sum, { open, accepting }) => sum + (open ? accepting : 0), 0);
}

export function screenOf(state: State): Screen {
  if (state.link === "refused") return "refused";
  if (!state.known) return "loading";
  if (state.ticket) return "confirmed";
  if (state.writing) return "write";
  if (state.chat) return state.chat.state === "queued" ? "waiting" : state.chat.state === "active" ? "chat" : "ended";
  return isOpen(state) ? "start" : "closed";
}

/** Messages that count as news to the visitor. */
export const isNews = ({ author, event }: Message): boolean =>
  author.kind === "agent" || (event?.code === "closed" && "by" in event && event.by !== "visitor");

export const unread = ({ log, seen_seq }: State): number => log.messages.slice(seen_seq).filter(isNews).length;
