// From the socket's events to the desk: each event becomes one step of the reducer, and what the agent should hear
// of becomes an arrival.
import { occasionOf } from "../state/arrivals.ts";
import { clockOffset } from "../state/clock.ts";
import { type DeskEvent, EMPTY_DESK, TYPING_MS } from "../state/desk.ts";
import { type RunningIncident, runningIncident } from "../state/incident.ts";
import { confirmed } from "../state/outbox.ts";
import { NO_PANES } from "../state/panes.ts";
import { arrival, currentMs, desk, dispatch, offsetMs, outbox, panes, seenMarks, session } from "../state/store.ts";
import { ticketNews } from "../state/ticketNews.ts";
import { incomingAlarm, incomingHello, incomingQueue } from "./incoming.ts";
import { afterHello, catchUp, fillHole } from "./replay.ts";
import { connect, disconnect } from "./socket.ts";
import type { Chat, Message, Note, Standing, TeamEntry, Typing, UnassignedReason } from "./wire.ts";

/** Applies an event; what deserves the agent's attention is worked out against the desk as it was before. */
function happen(event: DeskEvent): void {
  const found = occasionOf(desk.value, event);
  dispatch(event);
  if (found) arrival.value = found;
}

function onHello(loose: Parameters<typeof incomingHello>[0]): void {
  const hello = incomingHello(loose);
  runningIncident.value = loose.incident ?? null;
  offsetMs.value = clockOffset(hello.server_time, Date.now());
  dispatch({ type: "hello", hello, seen: seenMarks() });
  void afterHello();
}

function onMessage(message: Message): void {
  if (message.client_id) outbox.value = confirmed(outbox.value, message.client_id);
  happen({ type: "messages", chat_id: message.chat_id, messages: [message] });
  fillHole(message.chat_id);
}

function onNote(note: Note): void {
  outbox.value = confirmed(outbox.value, note.client_id);
  happen({ type: "messages", chat_id: note.chat_id, messages: [], notes: [note] });
}

function onTyping(typing: Typing): void {
  dispatch({ type: "typing", typing, nowMs: currentMs() });
  const chat_id = typing.chat_id;
  if (typing.on) setTimeout(() => dispatch({ type: "typing_faded", chat_id, nowMs: currentMs() }), TYPING_MS + 50);
}

function onAssigned(chat: Chat): void {
  happen({ type: "assigned", chat });
  void catchUp(chat.id);
}

function onConnectError(error: Error & { data?: { code?: string } }, reconnect: () => void): void {
  if (error.message === "unauthorized" || error.data?.code === "unauthorized") {
    stop();
    session.value = { state: "signed_out" };
    return;
  }
  dispatch({ type: "connection_lost", at: Date.now() });
  reconnect();
}

/** Opens the connection and keeps it: the library reconnects by itself except after a refusal by the server. */
export function start(): void {
  const socket = connect();
  const reconnect = (): void => {
    if (!socket.active) setTimeout(() => socket.connect(), 2000);
  };
  socket.on("hello", onHello);
  socket.on("desk", (standing: Standing) => dispatch({ type: "standing", standing }));
  socket.on("assigned", onAssigned);
  socket.on("unassigned", (gone: { chat_id: string; reason: UnassignedReason }) => {
    happen({ type: "unassigned", ...gone });
  });
  socket.on("chat", (chat: Chat) => happen({ type: "chat", chat }));
  socket.on("message", onMessage);
  socket.on("note", onNote);
  socket.on("typing", onTyping);
  socket.on("read", (read: { chat_id: string; seq: number; by: string }) => {
    if (read.by === "visitor") dispatch({ type: "visitor_read", chat_id: read.chat_id, seq: read.seq });
  });
  socket.on("queue", (queue: Parameters<typeof incomingQueue>[0]) => {
    happen({ type: "queue", queue: incomingQueue(queue) });
  });
  socket.on("team", (entry: TeamEntry) => happen({ type: "team", entry }));
  socket.on("alarm", (alarm: Parameters<typeof incomingAlarm>[0]) => {
    happen({ type: "alarm", alarm: incomingAlarm(alarm) });
  });
  socket.on("ticket", (news: { number: string }) => {
    ticketNews.value = news;
  });
  socket.on("incident", (incident: RunningIncident | null) => {
    runningIncident.value = incident;
  });
  socket.on("connect_error", (error) => onConnectError(error, reconnect));
  socket.on("disconnect", () => {
    dispatch({ type: "connection_lost", at: Date.now() });
    reconnect();
  });
}

/** Ends the connection and forgets what was on the desk; drafts and the outbox stay. */
export function stop(): void {
  disconnect();
  desk.value = EMPTY_DESK;
  panes.value = NO_PANES;
}
