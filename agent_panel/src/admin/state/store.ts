// Who is looking, where they are, and whether what they typed would be lost by leaving.
import { signal } from "@preact/signals";
import { onExpired, request } from "../../net/api.ts";
import type { Ack, Me, WireError } from "../../net/wire.ts";
import type { Told } from "../../ui/shell/Notice.tsx";
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
/** Something on the page was changed and not saved. */
export const unsaved = signal(false);
/** Where somebody wants to go who would lose what they typed; null: nowhere. */
export const leaving = signal<string | null>(null);

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

/** Follow the address: also Back and Forward, which ask nobody whether something is lost. */
export function followAddress(): void {
  const read = (): void => {
    place.value = placeOf(location.pathname, FIRST);
    unsaved.value = false;
  };
  read();
  window.addEventListener("popstate", read);
  window.addEventListener("beforeunload", (event) => {
    if (unsaved.value) event.preventDefault();
  });
  onExpired(() => {
    unsaved.value = false;
    session.value = { state: "signed_out" };
  });
}

/** Go to a place within the settings; asks first where something typed would be lost. */
export function go(page: string, id: string | null = null): void {
  const address = addressOf(page, id);
  if (unsaved.value) leaving.value = address;
  else move(address);
}

/** Go there whatever is lost. */
export function move(address: string): void {
  unsaved.value = false;
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
