import type { Mail } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

export function MailState({ mail }: { mail: Mail }) {
  const icon = { due: "clock", sent: "check", failed: "failed" } as const;
  return (
    <span class={`mark mail-${mail.state}`}>
      <Icon name={icon[mail.state]} />
      {t(`mail.state.${mail.state}`)}
    </span>
  );
}
