// Keys of the whole panel. Single letters work only outside of inputs and can be switched off (WCAG 2.1.4); the same
// orders are always reachable by Alt and the letter.
import { useEffect } from "preact/hooks";
import { openChat, take } from "../../net/orders.ts";
import { nextUnread, oldestWaiting } from "../../state/lists.ts";
import { hrefOf } from "../../state/route.ts";
import { desk, dialog, draft, focusedPane, route, setDraft, settings, tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";

export const KEYS = ["?", "w", "u", "r", "n", "t", "c", "s"] as const;
type Key = (typeof KEYS)[number];

export function focusComposer(chatId: string): void {
  document.querySelector<HTMLTextAreaElement>(`[data-composer="${CSS.escape(chatId)}"]`)?.focus();
}

function toDesk(): void {
  if (route.value.page !== "chats") location.hash = hrefOf({ page: "chats", chat: null });
}

async function takeOldest(): Promise<void> {
  const oldest = oldestWaiting(desk.value);
  toDesk();
  if (!oldest) {
    tell(t("keys.nobody_waiting"));
    return;
  }
  const reply = await take(oldest.chat_id);
  if (!reply.ok) {
    tell(reply.error.message, "bad");
    return;
  }
  requestAnimationFrame(() => focusComposer(oldest.chat_id));
}

function toNextUnread(): void {
  const next = nextUnread(desk.value, focusedPane.value);
  toDesk();
  if (!next) {
    tell(t("keys.nothing_unread"));
    return;
  }
  openChat(next);
  requestAnimationFrame(() => focusComposer(next));
}

function onFocused(act: (chatId: string) => void): void {
  if (focusedPane.value) act(focusedPane.value);
  else tell(t("keys.no_chat"));
}

const ORDERS: Record<Key, () => void> = {
  "?": () => {
    dialog.value = { kind: "keys" };
  },
  w: () => void takeOldest(),
  u: toNextUnread,
  r: () => onFocused(focusComposer),
  n: () =>
    onFocused((chat) => {
      setDraft(chat, { note: !draft(chat).note });
      focusComposer(chat);
    }),
  t: () =>
    onFocused((chat) => {
      dialog.value = { kind: "transfer", chat };
    }),
  c: () =>
    onFocused((chat) => {
      dialog.value = { kind: "close", chat };
    }),
  s: () => {
    location.hash = hrefOf({ page: "search", query: {} });
  },
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** The letter on the key, also with Alt held, where some layouts give another character. */
function letterOf(event: KeyboardEvent): string {
  return event.altKey && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.repeat || dialog.value !== null) return;
  const letter = letterOf(event) as Key;
  const alone = !event.altKey && settings.value.singleKeys && !isTyping(event.target);
  if (!Object.hasOwn(ORDERS, letter) || !(alone || event.altKey)) return;
  event.preventDefault();
  ORDERS[letter]();
}

export function useKeys(): void {
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
