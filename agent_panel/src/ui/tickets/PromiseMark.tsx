// When the customer hears next, and whether that is near or was missed: colour, icon and words.
import type { Ticket } from "../../net/wire.ts";
import { missedAt, standing } from "../../state/checkpoint.ts";
import { ageSeconds, formatCoarse } from "../../state/clock.ts";
import { now } from "../../state/store.ts";
import { countdown, exact } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

export function PromiseMark({ ticket }: { ticket: Ticket }) {
  const state = standing(ticket, now.value);
  if (state === "over" || state === "none") return <span class="tiny">{t(`promise.${state}`)}</span>;
  const missed = state === "missed" ? missedAt(ticket) : null;
  const at = missed ?? ticket.checkpoint_at ?? "";
  const when = missed ? formatCoarse(ageSeconds(missed, now.value)) : countdown(at, now.value);
  return (
    <span class={`promise-mark ${state}`} title={t(`promise.${state}_means`, { when: exact(at) })}>
      <Icon name={missed ? "urgent" : "clock"} />
      <span>{t(`promise.${state}`, { when })}</span>
    </span>
  );
}
