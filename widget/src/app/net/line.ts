/**
 * The one socket to `/visitor`: connects, keeps trying, and turns acknowledgements into promises.
 *
 * It knows no chat. "live" starts with the server's hello, not with the connection: only then is it known what to resend.
 */
import { io, type Socket } from "socket.io-client";
import type { Ack, VisitorAuth, VisitorReceives, VisitorSends, WireError } from "../../wire.ts";

/** How long an acknowledgement may take before the event counts as unanswered and is sent again. */
const ANSWER_MS = 10_000;

export type Answer<Event extends keyof VisitorSends> = Ack<VisitorSends[Event][1]> | null;

export interface Line {
  /** The acknowledgement, or null: no connection, or none came in time. Then nobody knows whether it happened. */
  ask: <Event extends keyof VisitorSends>(event: Event, data: VisitorSends[Event][0]) => Promise<Answer<Event>>;
  /** Connect anew, with what `auth` says now. */
  reconnect: () => void;
}

export interface LineEvents {
  received: VisitorReceives;
  lost: () => void;
  /** The server does not want this visitor as they present themselves. */
  refused: (error: WireError) => void;
}

export function openLine(auth: () => VisitorAuth, events: LineEvents): Line {
  const socket: Socket = io("/visitor", {
    transports: ["websocket"],
    auth: (give) => give(auth()),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
  });
  for (const [name, hear] of Object.entries(events.received)) socket.on(name, hear as () => void);
  socket.on("disconnect", (reason) => {
    events.lost();
    // The server ended this one connection (a restart, a limit): the library leaves trying again to us.
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 1_000);
  });
  socket.on("connect_error", (error: Error & { data?: { error?: WireError } & Partial<WireError> }) => {
    const refusal = error.data?.error ?? error.data;
    if (refusal?.code === "unauthorized" || error.message === "unauthorized")
      events.refused({ code: "unauthorized", message: refusal?.message ?? "" });
    else {
      events.lost();
      // active: the library tries again by itself; not so after a refusal by the server's code.
      if (!socket.active) setTimeout(() => socket.connect(), 1_000 * (refusal?.retry_after_s ?? 3));
    }
  });
  return {
    ask: (event, data) =>
      new Promise((resolve) => {
        if (!socket.connected) return resolve(null);
        socket
          .timeout(ANSWER_MS)
          .emit(event, data, (missing: Error | null, ack: never) => resolve(missing ? null : ack));
      }),
    reconnect: () => {
      socket.disconnect();
      socket.connect();
    },
  };
}
