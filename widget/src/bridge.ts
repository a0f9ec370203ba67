/**
 * What the loader on the customer's page and the app in the iframe tell each other over their MessagePort.
 *
 * Types only. The handshake: the loader posts `{semafor: 1}` with a port to the iframe, addressed to the server's origin; the
 * app takes the port only from its parent and only from an origin it knows. Everything after that flows over the port.
 */
import type { PageInfo } from "./wire.ts";

/** What the app keeps in the host page's first-party storage; its own may be denied to it. */
export interface Kept {
  token?: string;
  /** A chat is going on: the next page makes the iframe at once, so that answers count as unread. */
  chat?: boolean;
  muted?: boolean;
  /** Incidents whose notice was put away, the newest last. */
  hidden_incidents?: string[];
  /** The newest message that was on screen. */
  seen?: { chat_id: string; seq: number };
  /** What was written and not yet acknowledged, in order (state/outbox.ts). */
  outbox?: unknown[];
}

export interface Boot {
  kept: Kept;
  page: PageInfo;
  identity?: string | undefined;
  open: boolean;
}

export type ToApp = ["boot", Boot] | ["page", PageInfo] | ["identity", string] | ["open", boolean];

export type PageEvent = "ready" | "open" | "close" | "unread" | "message" | "status" | "ticket" | "rating";

/** `keep` and `close` are for the loader; every other name is an event for the page, with its data. */
export type ToLoader = ["keep", Kept] | ["close"] | [PageEvent, unknown];
