// Small marks that say a state in colour, shape and words at once.
import { useComputed } from "@preact/signals";
import type { Light, Named, Priority, TicketStatus, Verified } from "../../net/wire.ts";
import { ageSeconds, formatAge, lightOf } from "../../state/clock.ts";
import { deskSettings, now } from "../../state/store.ts";
import { exact, shortMoment } from "../../words/moments.ts";
import { t, tOr } from "../../words/words.ts";
import { Icon, type IconName } from "./Icon.tsx";

const CLASS: Record<Light, string> = { green: "g", amber: "a", red: "r" };

/** The age of something waiting, as a traffic light: green, amber at half the target, red at the target. */
export function AgeLight({ since, label, of }: { since: string; label: "waiting" | "unanswered"; of?: Named }) {
  const department = of?.id ?? "";
  return <Age key={`${since} ${department}`} since={since} label={label} department={department} />;
}

/** A hundred of them change every second: the text does so by itself, and the rest only with the colour. */
function Age({ since, label, department }: { since: string; label: "waiting" | "unanswered"; department: string }) {
  const age = useComputed(() => formatAge(ageSeconds(since, now.value)));
  const light = useComputed(() => {
    const { service_targets, service_target_s } = deskSettings.value;
    return lightOf(ageSeconds(since, now.value), service_targets?.[department] ?? service_target_s);
  }).value;
  return (
    <span class={`light ${CLASS[light]} num`} title={t(`age.${label}`, { since: exact(since) })}>
      <span class="sr">{t(`light.${light}`)} </span>
      {age}
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

const CHANNEL_ICON: Readonly<Record<string, IconName>> = {
  chat: "chat",
  abandoned: "gone",
  widget: "widget",
  offline: "moon",
  callback: "callback",
  phone: "phone",
  mail: "mail",
  api: "code",
  suggestion: "bulb",
};

/** How a ticket came to us. */
export function ChannelMark({ channel }: { channel: string }) {
  return (
    <span class="mark channel">
      <Icon name={CHANNEL_ICON[channel] ?? "file"} />
      {tOr(`channel.${channel}`, channel)}
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
