// What the page knows: the account, its sessions, and what was done last.
import { signal } from "@preact/signals";
import { onExpired } from "../net/api.ts";
import type { WireError } from "../net/wire.ts";
import type { Told } from "../ui/shell/Notice.tsx";
import * as api from "./api.ts";

export type State =
  | { state: "loading" }
  | { state: "failed"; error: WireError }
  | { state: "ready"; account: api.Account; sessions: api.Session[] };

export const page = signal<State>({ state: "loading" });

export const notice = signal<Told>(null);

export function tell(text: string, tone: "plain" | "bad" = "plain"): void {
  notice.value = { text, tone };
}

/** The panel signs in, and leads back here. */
export function signIn(): void {
  location.replace("/agent?next=/account");
}

onExpired(signIn);

/** Read everything anew; what is on the screen stays until it is there. */
export async function load(): Promise<void> {
  const [account, sessions] = await Promise.all([api.account(), api.sessions()]);
  if (account.ok && sessions.ok) page.value = { state: "ready", account, sessions: sessions.sessions };
  else {
    const error = account.ok ? (sessions as { error: WireError }).error : account.error;
    if (error.code === "unauthorized") signIn();
    else page.value = { state: "failed", error };
  }
}
