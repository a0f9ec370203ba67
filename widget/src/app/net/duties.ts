/**
 * What every new state owes the outside: resend, catch up, mark as read, tell the host page, ring.
 *
 * `takeDuties` answers a function to call after each change. It decides nothing about the state itself.
 */
import { hasGap, lastSeq } from "../state/log.ts";
import type { State } from "../state/model.ts";
import { accepting, chosen, isNews, isOpen, unread } from "../state/screen.ts";
import { startPost } from "./post.ts";
import type { Ties } from "./ties.ts";

export type Ring = (chat_id: string, silently: boolean) => void;

const CATCH_UP_AGAIN_MS = 2_000;

const isVisible = () => document.visibilityState === "visible";
const goesOn = ({ chat }: State) => !!chat && chat.state !== "closed";

export function takeDuties(ties: Ties, ring: Ring): (before: State, after: State) => void {
  const pump = startPost(ties.line, ties.state, ties.dispatch);
  const catchUp = catchingUp(ties);
  const markSeen = markingSeen(ties);
  const tellUnread = tellingUnread(ties);
  document.addEventListener("visibilitychange", markSeen);
  return (before, after) => {
    void pump();
    void catchUp();
    keep(ties, before, after);
    report(ties, before, after, ring);
    markSeen();
    tellUnread();
  };
}

/** Ask for what is missing: after a (re)connect, when another tab started the chat, or when a seq was skipped. */
function catchingUp({ line, state, dispatch }: Ties): () => Promise<void> {
  let asking = false;
  return async function catchUp() {
    const { chat, log, link } = state();
    if (asking || link !== "live" || !chat || (!hasGap(log) && lastSeq(log) >= chat.last_seq)) return;
    asking = true;
    const ack = await line.ask("chat:sync", { chat_id: chat.id, after_seq: lastSeq(log) });
    asking = false;
    if (ack?.ok && ack.messages.length) {
      dispatch({ type: "messages", chat_id: chat.id, messages: ack.messages });
      dispatch({ type: "chat", chat: ack.chat });
    } else setTimeout(catchUp, CATCH_UP_AGAIN_MS);
  };
}

/** What is on screen has been seen: remember it here, and tell the agent. */
function markingSeen({ line, host, state, dispatch }: Ties): () => void {
  let told = "";
  return () => {
    const { open, log, chat, link, seen_seq } = state();
    const seq = lastSeq(log);
    if (!chat || !open || !isVisible() || link !== "live" || seq === 0) return;
    const mark = `${chat.id} ${seq}`;
    if (mark !== told && chat.state !== "closed" && log.messages.some(({ author }) => author.kind === "agent")) {
      told = mark;
      void line.ask("read", { chat_id: chat.id, seq });
    }
    if (seq <= seen_seq) return;
    host.tell("keep", { seen: { chat_id: chat.id, seq } });
    dispatch({ type: "seen", seq });
  };
}

function tellingUnread({ host, state }: Ties): () => void {
  let told = 0;
  return () => {
    const now = unread(state());
    if (now !== told) host.tell("unread", now);
    told = now;
  };
}

/** Lasting facts for the next page. */
function keep({ host, dispatch }: Ties, before: State, after: State): void {
  if (goesOn(before) !== goesOn(after) || after.known !== before.known) host.tell("keep", { chat: goesOn(after) });
  if (before.outbox !== after.outbox) host.tell("keep", { outbox: after.outbox });
  if (before.muted !== after.muted) host.tell("keep", { muted: after.muted });
  const { hidden_incidents } = after;
  if (before.hidden_incidents !== hidden_incidents) host.tell("keep", { hidden_incidents });
  const { seen } = host.boot.kept;
  if (seen && before.chat?.id !== after.chat?.id && seen.chat_id === after.chat?.id)
    dispatch({ type: "seen", seq: seen.seq });
}

/** Events for the page, and the tone for news. */
function report({ host }: Ties, before: State, after: State, ring: Ring): void {
  if (before.departments !== after.departments) {
    const opens_at = chosen(after)?.opens_at ?? null;
    host.tell("status", { open: isOpen(after), accepting: accepting(after), opens_at });
  }
  const number = after.ticket?.number ?? after.chat?.ticket?.number;
  if (number && number !== (before.ticket?.number ?? before.chat?.ticket?.number)) host.tell("ticket", { number });
  // A whole history that comes after a reload is no news.
  if (!after.chat || before.chat?.id !== after.chat.id || lastSeq(before.log) === 0) return;
  const news = after.log.messages.slice(lastSeq(before.log)).filter(isNews);
  for (const { body, at, author } of news) host.tell("message", { body, at, from: author.name });
  const looking = after.open && isVisible() && document.hasFocus();
  if (news.length) ring(after.chat.id, after.muted || looking);
}
