// Alarms across the top: who or what, for how long, and the one thing to do about it.
import { openChat, take } from "../../net/orders.ts";
import type { Alarm } from "../../net/wire.ts";
import { ageSeconds, formatAge } from "../../state/clock.ts";
import { alarmKey } from "../../state/desk.ts";
import { agent, desk, now, silenced, tell } from "../../state/store.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

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

function Remedy({ alarm }: { alarm: Alarm }) {
  const id = alarm.chat_id;
  if (alarm.kind === "checkpoint_due" && alarm.ticket) {
    return (
      <a class="btn quiet" href={`#/tickets/${encodeURIComponent(alarm.ticket)}`}>
        {t("alarm.open_ticket")}
      </a>
    );
  }
  if (!id) return null;
  const held = desk.value.threads[id]?.held;
  const act = async (): Promise<void> => {
    location.hash = "#/chats";
    if (held) return openChat(id);
    const reply = await take(id);
    if (!reply.ok) tell(reply.error.message, "bad");
  };
  return (
    <button type="button" class="btn quiet" onClick={() => void act()}>
      {t(held ? "alarm.open_chat" : "alarm.take")}
    </button>
  );
}

export function AlarmBanner() {
  const alarms = desk.value.alarms;
  if (alarms.length === 0) return null;
  const [first, ...others] = alarms;
  if (!first) return null;
  const quiet = alarms.every((alarm) => silenced.value.includes(alarmKey(alarm)));
  return (
    <section class="alarm" aria-label={t("alarm.label")}>
      <Icon name="bell" />
      <p role="alert">
        <b>{t(`alarm.${first.kind}`, { who: whoOf(first) })}</b>{" "}
        {others.length > 0 && <span>{t("alarm.more", { n: others.length })}</span>}
      </p>
      <span class="num small">{formatAge(ageSeconds(first.since, now.value))}</span>
      <Remedy alarm={first} />
      {!quiet && (
        <button
          type="button"
          class="btn quiet"
          onClick={() => {
            silenced.value = alarms.map(alarmKey);
          }}
        >
          {t("alarm.silence")}
        </button>
      )}
    </section>
  );
}
