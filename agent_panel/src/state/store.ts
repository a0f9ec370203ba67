// The panel's signals: the only mutable state there is. Each holds a value made by the pure functions beside it.
import { computed, effect, signal } from "@preact/signals";
import type { AgentProfile, Me, WireError } from "../net/wire.ts";
import type { Arrival } from "./arrivals.ts";
import { type Desk, type DeskEvent, EMPTY_DESK, reduce } from "./desk.ts";
import { type Drafts, draftOf, parseDrafts, withDraft } from "./drafts.ts";
import { type Outbox, parseOutbox } from "./outbox.ts";
import { focused, type Panes, parsePanes } from "./panes.ts";
import { parseRoute, type Route } from "./route.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { load, save } from "./storage.ts";
import { FIRST_VIEW, type TicketView } from "./ticketView.ts";

export type Session =
  | { state: "unknown" | "signed_out" }
  | { state: "unreachable"; error: WireError }
  | { state: "in"; me: Me };

export const session = signal<Session>({ state: "unknown" });
export const desk = signal<Desk>(EMPTY_DESK);
export const outbox = signal<Outbox>(parseOutbox(load("outbox")));
export const drafts = signal<Drafts>(parseDrafts(load("drafts"), Date.now()));
export const panes = signal<Panes>(parsePanes(load("panes")));
export const settings = signal<Settings>(parseSettings(load("settings")));
export const route = signal<Route>(parseRoute(typeof location === "undefined" ? "" : location.hash));
/** Added to this machine's clock: see clock.ts. */
export const offsetMs = signal(0);
/** The server's time, moved on once a second; what shows an age reads it. */
export const now = signal(Date.now());
/** The latest thing worth a sound or a notification. */
export const arrival = signal<Arrival | null>(null);
/** Alarms that this agent has heard: still shown, no longer sounded. */
export const silenced = signal<readonly string[]>([]);
/** A sentence for the agent about something that just happened; read out, then gone. */
export const notice = signal<{ text: string; tone: "plain" | "bad" } | null>(null);
/** Which dialog is open. */
export type OpenDialog =
  | { kind: "transfer" | "close" | "decisions"; chat: string }
  | { kind: "ticket"; chat: string | null }
  | { kind: "force" | "take_over"; chat: string; who: string; why: string }
  | { kind: "keys" };
export const dialog = signal<OpenDialog | null>(null);
/** What the list of tickets is narrowed down to; kept while somebody looks at a chat in between. */
export const ticketView = signal<TicketView>(FIRST_VIEW);
/** On narrow screens: the list, a chat, or the visitor's card over it. */
export const cardShown = signal(false);

/** Parts of the desk: what shows one of them is drawn again when that one changes, not with every message. */
export const threads = computed(() => desk.value.threads);
export const queues = computed(() => desk.value.queues);
export const team = computed(() => desk.value.team);
export const profile = computed(() => desk.value.agent);
export const deskSettings = computed(() => desk.value.settings);

export const focusedPane = computed(() => focused(panes.value));
export const agent = computed<AgentProfile | null>(
  () => desk.value.agent ?? (session.value.state === "in" ? session.value.me : null),
);

export function dispatch(event: DeskEvent): void {
  desk.value = reduce(desk.value, event);
}

export function currentMs(): number {
  return Date.now() + offsetMs.value;
}

export function setDraft(id: string, change: Parameters<typeof withDraft>[2]): void {
  drafts.value = withDraft(drafts.value, id, change, Date.now());
}

export function draft(id: string): ReturnType<typeof draftOf> {
  return draftOf(drafts.value, id);
}

export function tell(text: string, tone: "plain" | "bad" = "plain"): void {
  notice.value = { text, tone };
}

/** How far each held chat has been read; survives a reload so that read messages do not turn unread again. */
export function seenMarks(): Record<string, number> {
  try {
    return JSON.parse(load("seen") ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/** Writes what must outlive the page. Runs once, at the start. */
export function keepState(): void {
  effect(() => save("outbox", outbox.value));
  effect(() => save("drafts", drafts.value));
  effect(() => save("settings", settings.value));
  effect(() => save("panes", panes.value));
  let kept = "";
  effect(() => {
    if (profile.value === null) return;
    const held = Object.values(threads.value).filter((thread) => thread.held);
    const seen = Object.fromEntries(held.map((thread) => [thread.chat.id, thread.seen]));
    const text = JSON.stringify(seen);
    if (text !== kept) save("seen", seen);
    kept = text;
  });
}
