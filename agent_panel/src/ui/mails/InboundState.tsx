import type { Inbound } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

const ICONS = {
  received: "clock",
  created: "check",
  attached: "check",
  ignored: "hide",
  refused: "failed",
  unparsable: "failed",
} as const;

export function InboundState({ mail }: { mail: Inbound }) {
  const look = ICONS[mail.state] === "failed" ? "failed" : ICONS[mail.state] === "check" ? "sent" : "due";
  return (
    <span class={`mark mail-${look}`}>
      <Icon name={ICONS[mail.state]} />
      {t(`inbound.state.${mail.state}`)}
    </span>
  );
}
