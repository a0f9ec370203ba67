// Why a mail came to nothing, with "try again" where that may help.
import { useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

interface ReasonProps {
  words: string;
  isFailure: boolean;
  /** Null: trying again would not help. */
  retry: (() => Promise<Ack<object>>) | null;
  onRetried: () => void;
}

export function Reason({ words, isFailure, retry, onRetried }: ReasonProps) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const again = async (): Promise<void> => {
    setBusy(true);
    const reply = await retry?.();
    setBusy(false);
    if (reply?.ok) onRetried();
    else if (reply) setError(reply.error);
  };
  const isBad = isFailure || error !== null;
  return (
    <div class={isBad ? "problem" : "reason"}>
      <Icon name={isBad ? "failed" : "why"} />
      <p>{error?.message ?? words}</p>
      {retry && (
        <button type="button" class="btn quiet" disabled={busy} onClick={() => void again()}>
          {t("try_again")}
        </button>
      )}
    </div>
  );
}
