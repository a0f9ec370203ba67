// Alarms across the top: who or what, for how long, and the one thing to do about it.
import { openChat, take } from "../../net/orders.ts";
import type { Alarm } from "../../net/wire.ts";
import { byUrgency, isWarning } from "../../state/alarms.ts";
import { ageSeconds, formatAge } from "../../state/clock.ts";
import { alarmKey } from "../../state/desk.ts";
import { hrefOf } from "../../state/route.ts";
import { desk, now, silenced, tell } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { alarmText } from "../alerts/alarmText.ts";
import { Icon } from "../parts/Icon.tsx";

/** More rows than this would push the desk off a small screen. */
const MOST_ROWS = 3;

function Remedy({ alarm }: { alarm: Alarm }) {
  if (alarm.ticket) {
    return (
      <a class="btn quiet" href={hrefOf({ page: "tickets", number: alarm.ticket })}>
        {t("alarm.open_ticket")}
      </a>
    );
  }
  const id = alarm.chat_id;
  if (!id) return null;
  const held = desk.value.threads[id]?.held;
  const act = async (): Promise<void> => {
    location.hash = hrefOf({ page: "chats", chat: null });
    if (held) {
      openChat(id);
      return;
    }
    const reply = await take(id);
    if (!reply.ok) tell(reply.error.message, "bad");
  };
  return (
    <button type="button" class="btn quiet" onClick={() => void act()}>
      {t(held ? "alarm.open_chat" : "alarm.take")}
    </button>
  );
}

function Row({ alarm }: { alarm: Alarm }) {
  return (
    <li class={isWarning(alarm) ? "soon" : ""}>
      <p role="alert">
        <b>{alarmText(alarm)}</b>
      </p>
      {!isWarning(alarm) && <span class="num small">{formatAge(ageSeconds(alarm.since, now.value))}</span>}
      <Remedy alarm={alarm} />
    </li>
  );
}

export function AlarmBanner() {
  const alarms = byUrgency(desk.value.alarms);
  if (alarms.length === 0) return null;
  const hidden = alarms.length - MOST_ROWS;
  const quiet = alarms.every((alarm) => silenced.value.includes(alarmKey(alarm)));
  return (
    <section class={alarms.every(isWarning) ? "alarm warning" : "alarm"} aria-label={t("alarm.label")}>
      <Icon name="bell" />
      <ul>
        {alarms.slice(0, MOST_ROWS).map((alarm) => (
          <Row key={alarmKey(alarm)} alarm={alarm} />
        ))}
        {hidden > 0 && <li class="small wide-more">{t("alarm.more", { n: hidden })}</li>}
        {alarms.length > 1 && <li class="small narrow-more">{t("alarm.more", { n: alarms.length - 1 })}</li>}
      </ul>
      {!quiet && !alarms.every(isWarning) && (
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
