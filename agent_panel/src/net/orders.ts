// What an agent can order, one function each. An order's answer is folded into the desk here; what it means for the
// screen (an error under a field, a closed dialog) is the caller's.
import { batch } from "@preact/signals";
import { mine } from "../state/lists.ts";
import { nextPage } from "../state/next.ts";
import { focused, hide, join, show } from "../state/panes.ts";
import { hrefOf } from "../state/route.ts";
import { agent, cardShown, desk, dialog, dispatch, panes, route, session, tell } from "../state/store.ts";
import * as api from "./api.ts";
import { start, stop } from "./live.ts";
import { catchUp } from "./replay.ts";
import { ask, mention } from "./socket.ts";
import type { Ack, AgentSends, Chat, PresenceOrder } from "./wire.ts";

export async function resume(): Promise<void> {
  const reply = await api.whoAmI();
  const next = nextPage(location.search);
  if (reply.ok && next !== null) location.replace(next);
  else if (reply.ok) {
    session.value = { state: "in", me: reply.agent };
    api.onExpired(() => {
      stop();
      session.value = { state: "signed_out" };
    });
    start();
  } else if (reply.error.code === "second_factor") {
    location.replace("/account");
  } else if (reply.error.code === "unauthorized") {
    session.value = { state: "signed_out" };
  } else {
    session.value = { state: "unreachable", error: reply.error };
  }
}

/** code: of the second factor, where the account has one. */
export async function signIn(email: string, password: string, code?: string): Promise<Ack> {
  const reply = await api.signIn(email, password, code);
  if (reply.ok) await resume();
  return reply;
}

export async function signOut(): Promise<void> {
  await api.signOut();
  stop();
  session.value = { state: "signed_out" };
}

export async function setStatus(order: PresenceOrder): Promise<Ack> {
  const reply = await ask("status:set", order);
  if (reply.ok) {
    const reason = order.status === "away" ? (order.reason ?? desk.value.reason) : null;
    dispatch({ type: "status", status: reply.status, capacity: reply.capacity, reason });
  } else tell(reply.error.message, "bad");
  return reply;
}

function fold(reply: Ack<{ chat: Chat }>): Ack<{ chat: Chat }> {
  if (reply.ok) dispatch({ type: "chat", chat: reply.chat });
  return reply;
}

/** How many chats stand side by side in the middle of a window this wide. */
export function paneLimit(): number {
  const width = window.innerWidth;
  if (width < 1100) return 1;
  return width < 1800 ? 2 : 4;
}

/** Shows a chat and puts it into the address, so that Back leads to the list on a narrow screen. */
export function openChat(id: string): void {
  const here = route.value;
  const moves = here.page === "chats" && here.chat !== id;
  batch(() => {
    if (focused(panes.value) !== id) cardShown.value = false;
    panes.value = show(panes.value, id, Math.max(paneLimit(), panes.value.pinned.length + 1));
    if (moves) route.value = { page: "chats", chat: id };
  });
  if (!moves) return;
  const href = hrefOf({ page: "chats", chat: id });
  if (here.chat === null) history.pushState(null, "", href);
  else history.replaceState(null, "", href);
}

/** A chat that came by itself: shown where there is room, never over what is being read. */
export function openBeside(id: string): void {
  panes.value = join(panes.value, id, paneLimit());
}

/** Fills the places side by side at the start of the day; a narrow screen starts with the list. */
export function openFirst(): void {
  const known = panes.value.open.filter((id) => desk.value.threads[id]);
  panes.value = { ...panes.value, open: known };
  for (const thread of mine(desk.value)) openBeside(thread.chat.id);
  const front = focused(panes.value);
  if (front && window.innerWidth >= 700) openChat(front);
}

export function hideChat(id: string): void {
  panes.value = hide(panes.value, id);
  const thread = desk.value.threads[id];
  const here = route.value;
  if (here.page === "chats" && here.chat === id)
    location.replace(hrefOf({ page: "chats", chat: focused(panes.value) }));
  if (thread?.watched && !thread.held) void unwatch(id);
  else if (thread && !thread.held && !thread.chat.needs_resolution) dispatch({ type: "dropped", chat_id: id });
}

export async function take(id: string, force = false): Promise<Ack<{ chat: Chat }>> {
  const reply = await ask("chat:take", force ? { chat_id: id, force } : { chat_id: id });
  if (reply.ok) {
    dispatch({ type: "assigned", chat: reply.chat });
    void catchUp(id);
    openChat(id);
  }
  return reply;
}

/** Takes a chat; where only an order above capacity would do, a manager is asked and an agent is told. */
export async function takeOrAsk(id: string, who: string): Promise<void> {
  const reply = await take(id);
  if (reply.ok) return;
  const mayForce = reply.error.code === "conflict" && agent.value !== null && agent.value.role !== "agent";
  if (mayForce) dialog.value = { kind: "force", chat: id, who, why: reply.error.message };
  else tell(reply.error.message, "bad");
}

export async function watch(id: string): Promise<Ack<{ chat: Chat }>> {
  const reply = await ask("chat:watch", { chat_id: id });
  if (reply.ok) {
    dispatch({ type: "chat", chat: reply.chat, watched: true });
    void catchUp(id);
    openChat(id);
  } else tell(reply.error.message, "bad");
  return reply;
}

async function unwatch(id: string): Promise<void> {
  dispatch({ type: "dropped", chat_id: id });
  await ask("chat:unwatch", { chat_id: id });
}

export async function transfer(order: AgentSends["chat:transfer"][0]): Promise<Ack<{ chat: Chat }>> {
  const reply = fold(await ask("chat:transfer", order));
  if (reply.ok && reply.chat.agent?.id !== agent.value?.id) {
    dispatch({ type: "unassigned", chat_id: order.chat_id, reason: "transferred" });
    hideChat(order.chat_id);
  }
  return reply;
}

export async function close(order: AgentSends["chat:close"][0]): Promise<Ack<{ chat: Chat }>> {
  const reply = fold(await ask("chat:close", order));
  if (reply.ok) dispatch({ type: "unassigned", chat_id: order.chat_id, reason: "closed" });
  return reply;
}

export async function setChat(order: AgentSends["chat:set"][0]): Promise<Ack<{ chat: Chat }>> {
  return fold(await ask("chat:set", order));
}

export async function createTicket(
  order: AgentSends["ticket:create"][0],
): Promise<Ack<AgentSends["ticket:create"][1]>> {
  return ask("ticket:create", order);
}

/** The agent has had this chat before their eyes up to `seq`. */
export function markSeen(id: string, seq: number): void {
  const thread = desk.value.threads[id];
  if (!thread || thread.seen >= seq) return;
  dispatch({ type: "seen", chat_id: id, seq });
  if (thread.held) mention("read", { chat_id: id, seq });
}

export function markTyping(id: string, on: boolean): void {
  mention("typing", { chat_id: id, on });
}
