// Who is looking, where they are, and whether what they typed would be lost by leaving.
import { computed, signal } from "@preact/signals";
import { onExpired, request } from "../../net/api.ts";
import type { Ack, Me, WireError } from "../../net/wire.ts";
import type { Told } from "../../ui/shell/Notice.tsx";
import { say } from "../words/words.ts";
import { addressOf, type Place, placeOf } from "./place.ts";

/** What the page needs to know of the desk itself. */
export interface Desk {
  site_name: string;
  tz: string;
}

export type Session =
  | { state: "loading" }
  | { state: "signed_out" }
  | { state: "failed"; error: WireError }
  | { state: "forbidden"; me: Me }
  | { state: "ready"; me: Me; desk: Desk; version: string };

export const FIRST = "departments";

export const session = signal<Session>({ state: "loading" });
export const place = signal<Place>({ page: FIRST, id: null });
/** The forms in which something was typed and not saved; a page may have several. */
const typedIn = signal<ReadonlySet<string>>(new Set());
export const unsaved = computed(() => typedIn.value.size > 0);
/** What somebody wants to do who would lose by it what they typed; null: nothing. */
export const leaving = signal<(() => void) | null>(null);

/** One sentence about what has just been done, or why it was not. */
export const notice = signal<Told>(null);

export function tell(text: string, tone: "plain" | "bad" = "plain"): void {
  notice.value = { text, tone };
}

/** Find out who is looking. */
export async function begin(): Promise<void> {
  session.value = { state: "loading" };
  const reply: Ack<{ agent: Me; settings: Desk; version: string }> = await request("GET", "/me");
  if (reply.ok) {
    const { agent: me, settings: desk, version } = reply;
    session.value = me.role === "admin" ? { state: "ready", me, desk, version } : { state: "forbidden", me };
  } else if (reply.error.code === "unauthorized") session.value = { state: "signed_out" };
  else session.value = { state: "failed", error: reply.error };
}

/** Whether something typed into this form is not saved. */
export function keepTyped(form: string, isTyped: boolean): void {
  if (typedIn.value.has(form) === isTyped) return;
  const others = [...typedIn.value].filter((one) => one !== form);
  typedIn.value = new Set(isTyped ? [...others, form] : others);
}

export function forgetTyped(): void {
  typedIn.value = new Set();
}

/** Follow the address. Back and Forward have moved on before anybody is asked: what would be lost keeps its address. */
export function followAddress(): void {
  const read = (): void => {
    const wanted = location.pathname;
    const { page, id } = place.value;
    if (unsaved.value) {
      history.pushState(null, "", addressOf(page, id));
      leaving.value = () => move(wanted);
    } else place.value = placeOf(wanted, FIRST);
  };
  read();
  window.addEventListener("popstate", read);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.value) event.preventDefault();
  });
  onExpired(() => {
    if (unsaved.value) tell(say("expired"), "bad");
    else session.value = { state: "signed_out" };
  });
}

/** Do what takes one away from the page; asks first where something typed would be lost. */
export function leave(act: () => void): void {
  if (unsaved.value) leaving.value = act;
  else act();
}

/** Go to a place within the settings; asks like `leave`. */
export function go(page: string, id: string | null = null): void {
  leave(() => move(addressOf(page, id)));
}

/** Go there whatever is lost. */
export function move(address: string): void {
  forgetTyped();
  leaving.value = null;
  notice.value = null;
  history.pushState(null, "", address);
  place.value = placeOf(location.pathname, FIRST);
}

/** Back to the list of a page, and say there what was done. */
export function moveToList(page: string, done: string): void {
  move(addressOf(page));
  tell(done);
}

/** What is open has another id now: its address follows, without a step of its own in the history. */
export function rename(page: string, id: string): void {
  history.replaceState(null, "", addressOf(page, id));
  place.value = { page, id };
}
