// Small marks that say a state in colour, shape and words at once.
import type { Light, Priority, TicketStatus, Verified } from "../../net/wire.ts";
import { isOverdue } from "../../state/checkpoint.ts";
import { ageSeconds, formatAge, lightOf } from "../../state/clock.ts";
import { desk, now } from "../../state/store.ts";
import { exact, promise, shortMoment } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "./Icon.tsx";

const CLASS: Record<Light, string> = { green: "g", amber: "a", red: "r" };

/** The age of something waiting, as a traffic light: green, amber at half the target, red at the target. */
export function AgeLight({ since, label }: { since: string; label: "waiting" | "unanswered" }) {
  const age = ageSeconds(since, now.value);
  const light = lightOf(age, desk.value.settings.service_target_s);
  return (
    <span class={`light ${CLASS[light]} num`} title={t(`age.${label}`, { since: exact(since) })}>
      <span class="sr">{t(`light.${light}`)} </span>
      {formatAge(age)}
    </span>
  );
}

/** Normal priority is the ground state and needs no mark. */
export function PriorityMark({ priority, always = false }: { priority: Priority; always?: boolean }) {
  if (priority === "normal" && !always) return null;
  const icon = { urgent: "urgent", high: "up", low: "down", normal: "minus" } as const;
  return (
    <span class={`mark p-${priority}`}>
      <Icon name={icon[priority]} />
      {t(`priority.${priority}`)}
    </span>
  );
}

/** An agent had this chat and lost it; it stands before others of the same priority. */
export function ReturnedMark() {
  return (
    <span class="mark returned">
      <Icon name="returned" />
      {t("row.returned")}
    </span>
  );
}

export function VerifiedMark({ verified }: { verified: Verified }) {
  if (verified === null) return <span class="tiny">{t("verified.not")}</span>;
  return (
    <span class="mark verified" title={t(`verified.${verified}_means`)}>
      <Icon name="shield" />
      {t(`verified.${verified}`)}
    </span>
  );
}

export function StatusMark({ status }: { status: TicketStatus }) {
  return <span class={`chip s-${status}`}>{t(`ticket.status.${status}`)}</span>;
}

export function Checkpoint({ at, over = false }: { at: string | null; over?: boolean }) {
  if (at === null || over) return <span class="tiny">{t(over ? "checkpoint.over" : "checkpoint.none")}</span>;
  const late = isOverdue(at, now.value);
  return (
    <span class={late ? "mark overdue" : "mark"} title={exact(at)}>
      <Icon name="clock" />
      {late ? t("checkpoint.overdue", { when: promise(at, now.value) }) : promise(at, now.value)}
    </span>
  );
}

export function When({ at, class: classes = "tiny num" }: { at: string; class?: string }) {
  return (
    <time class={classes} dateTime={at} title={exact(at)}>
      {shortMoment(at, now.value)}
    </time>
  );
}
