// Turns arrivals and alarms into sounds, notifications and the number in the tab's title.
import { effect, untracked } from "@preact/signals";
import { openBeside, openChat } from "../../net/orders.ts";
import type { Alarm } from "../../net/wire.ts";
import { isWarning } from "../../state/alarms.ts";
import type { Arrival } from "../../state/arrivals.ts";
import { alarmKey } from "../../state/desk.ts";
import { totalUnread } from "../../state/lists.ts";
import { hrefOf } from "../../state/route.ts";
import { arrival, desk, focusedPane, session, settings, silenced } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { alarmText } from "./alarmText.ts";
import { notify } from "./notify.ts";
import { play } from "./sounds.ts";

/** How often an alarm that nobody has taken sounds again. */
const REPEAT_MS = 8000;

function announce(found: Arrival): void {
  const { sounds, volume, notifications } = settings.peek();
  if (found.occasion === "assigned" && found.chat_id) openBeside(found.chat_id);
  const inFront = document.hasFocus();
  // What is being read right now needs no sound.
  if (found.occasion === "message" && inFront && focusedPane.peek() === found.chat_id) return;
  if (sounds[found.occasion]) play(found.occasion, volume);
  if (!notifications || inFront) return;
  const title = t(`notify.${found.occasion}`, { who: found.who ?? t("visitor.somebody") });
  notify(title, found.text, found.chat_id ?? "waiting", () => {
    location.hash = "#/chats";
    if (found.chat_id) openChat(found.chat_id);
  });
}

function soundAlarms(): void {
  const loud = desk.value.alarms.filter((alarm) => !isWarning(alarm) && !silenced.value.includes(alarmKey(alarm)));
  const { sounds, volume } = settings.peek();
  if (loud.length > 0 && sounds.alarm) play("alarm", volume);
}

function announceAlarms(fresh: Alarm[]): void {
  if (!fresh.every(isWarning)) soundAlarms();
  else if (settings.peek().sounds.alarm) play("waiting", settings.peek().volume);
  if (!settings.value.notifications || document.hasFocus()) return;
  for (const alarm of fresh) {
    notify(t("notify.alarm"), alarmText(alarm), alarmKey(alarm), () => {
      if (alarm.ticket) location.hash = hrefOf({ page: "tickets", number: alarm.ticket });
    });
  }
}

function titleBadge(): void {
  const n = session.value.state === "in" ? totalUnread(desk.value) : 0;
  const alarm = desk.value.alarms.every(isWarning) ? "" : "▲ ";
  document.title = `${alarm}${n > 0 ? `(${n}) ` : ""}${t("app.title")}`;
}

export function watchArrivals(): void {
  effect(() => {
    const found = arrival.value;
    if (found) untracked(() => announce(found));
  });
  effect(titleBadge);
  let before: string[] = [];
  effect(() => {
    const alarms = desk.value.alarms;
    const fresh = alarms.filter((alarm) => !before.includes(alarmKey(alarm)));
    before = alarms.map(alarmKey);
    if (fresh.length > 0) untracked(() => announceAlarms(fresh));
  });
  setInterval(soundAlarms, REPEAT_MS);
}
