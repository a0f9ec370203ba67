import { useSignal } from "@preact/signals";
import { takeOrAsk, watch } from "../../net/orders.ts";
import type { Named, WaitingEntry } from "../../net/wire.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { AgeLight, PriorityMark, ReturnedMark } from "../parts/marks.tsx";

export function WaitingRow({ entry, department }: { entry: WaitingEntry; department: Named }) {
  const busy = useSignal(false);
  const name = visitorName(entry.visitor);
  const take = async (): Promise<void> => {
    busy.value = true;
    await takeOrAsk(entry.chat_id, name);
    busy.value = false;
  };
  return (
    <li class="row waiting">
      <button type="button" class="row-name" onClick={() => void watch(entry.chat_id)}>
        <span class="pos num">
          <span class="sr">{t("row.position")} </span>
          {entry.position}
        </span>
        <b dir="auto">{name}</b>
      </button>
      <AgeLight since={entry.queued_at} label="waiting" of={department} />
      <p dir="auto">{entry.question}</p>
      <button type="button" class="btn soft small-btn" disabled={busy.value} onClick={() => void take()}>
        {t("row.take")}
        <span class="sr"> {name}</span>
      </button>
      {(entry.priority !== "normal" || entry.returned) && (
        <span class="row-marks">
          <PriorityMark priority={entry.priority} />
          {entry.returned && <ReturnedMark />}
        </span>
      )}
    </li>
  );
}
