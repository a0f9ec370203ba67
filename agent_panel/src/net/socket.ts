// The one Socket.IO connection of the panel, and the one way to ask something over it.
import { io, type Socket } from "socket.io-client";
import type { Ack, AgentSends } from "./wire.ts";

/** Longer than the server ever takes to commit; a reply later than this counts as lost and is asked for again. */
const REPLY_WITHIN_MS = 12_000;

let socket: Socket | null = null;

export function connect(): Socket {
  socket = io("/agent", {
    withCredentials: true,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
  return socket;
}

export function disconnect(): void {
  socket?.removeAllListeners();
  socket?.disconnect();
  socket = null;
}

export function isConnected(): boolean {
  return socket?.connected === true;
}

/** Sends one event and resolves with its acknowledgement; never rejects, and never sends later than asked. */
export async function ask<E extends keyof AgentSends>(
  event: E,
  object: AgentSends[E][0],
): Promise<Ack<AgentSends[E][1]>> {
  const lost = { ok: false, error: { code: "unavailable", message: "No connection to the server just now." } } as const;
  if (!socket?.connected) return lost;
  try {
    return await socket.timeout(REPLY_WITHIN_MS).emitWithAck(event, object);
  } catch {
    return lost;
  }
}

/** For marks that are worthless later (typing, read): sent if connected, forgotten otherwise. */
export function mention<E extends "typing" | "read">(event: E, object: AgentSends[E][0]): void {
  if (socket?.connected) socket.emit(event, object, () => {});
}
