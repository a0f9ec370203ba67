// The desk right now, asked every five seconds while somebody looks; and how old the answer is.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiProblem } from "../net/api.ts";
import { live as ask, session } from "../state/store.ts";
import type { Live } from "../state/wire.ts";

const EVERY_MS = 5_000;
/** From this age on the numbers are called old: two answers are missing. */
const OLD_S = 15;

export const answer = signal<Live | null>(null);
export const receivedAt_ms = signal(0);
export const failing = signal(false);
export const paused = signal(false);
export const now_ms = signal(Date.now());

export function age_s(): number {
  return Math.max(0, Math.round((now_ms.value - receivedAt_ms.value) / 1000));
}

/** Whether what is shown may no longer be true. */
export function isOld(): boolean {
  return failing.value || age_s() > OLD_S;
}

async function poll(cancelled: AbortSignal): Promise<void> {
  try {
    const live = await ask(cancelled);
    if (cancelled.aborted) return;
    answer.value = live;
    receivedAt_ms.value = Date.now();
    failing.value = false;
  } catch (error) {
    if (cancelled.aborted) return;
    failing.value = true;
    if (error instanceof ApiProblem && error.status === 401) session.value = { state: "signed_out" };
  }
  now_ms.value = Date.now();
}

/** Ask at once and then every five seconds, but not while the page is hidden. */
export function usePolling(): void {
  useEffect(() => {
    let running = new AbortController();
    let timer = 0;
    async function round(mine: AbortController) {
      await poll(mine.signal);
      if (!mine.signal.aborted) timer = window.setTimeout(() => void round(mine), EVERY_MS);
    }
    function restart() {
      running.abort();
      window.clearTimeout(timer);
      paused.value = document.hidden;
      running = new AbortController();
      if (!document.hidden) void round(running);
    }
    const tick = window.setInterval(() => {
      now_ms.value = Date.now();
    }, 1_000);
    document.addEventListener("visibilitychange", restart);
    window.addEventListener("online", restart);
    restart();
    return () => {
      running.abort();
      window.clearTimeout(timer);
      window.clearInterval(tick);
      document.removeEventListener("visibilitychange", restart);
      window.removeEventListener("online", restart);
    };
  }, []);
}
