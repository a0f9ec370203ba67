// An alarm in words: who or what it is about, looked up on the desk.
import type { Alarm } from "../../net/wire.ts";
import { agent, desk } from "../../state/store.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";

function whoOf(alarm: Alarm): string {
  const waiting = desk.value.queues.flatMap((queue) => queue.waiting).find((c) => c.chat_id === alarm.chat_id);
  const visitor = waiting?.visitor ?? (alarm.chat_id ? desk.value.threads[alarm.chat_id]?.chat.visitor : undefined);
  if (visitor) return visitorName(visitor);
  if (alarm.ticket) return alarm.ticket;
  const department = agent.value?.departments.find((known) => known.id === alarm.department);
  const place = department?.name ?? alarm.department;
  if (!place) return t("alarm.somebody");
  return alarm.kind === "nobody_online" ? place : t("alarm.somebody_in", { department: place });
}

export function alarmText(alarm: Alarm): string {
  return t(`alarm.${alarm.kind}`, { who: whoOf(alarm) });
}
