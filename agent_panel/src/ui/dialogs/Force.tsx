// Questions that are asked once: more chats than the capacity, or a chat that a colleague has.
import { useState } from "preact/hooks";
import { take } from "../../net/orders.ts";
import type { WireError } from "../../net/wire.ts";
import type { OpenDialog } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "./Dialog.tsx";

type Question = Extract<OpenDialog, { kind: "force" | "take_over" }>;

export function Force({ question, onClose }: { question: Question; onClose: () => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [forcing, setForcing] = useState(question.kind === "force");
  const { who, why } = question;
  const go = async (): Promise<void> => {
    const reply = await take(question.chat, forcing);
    if (reply.ok) return onClose();
    setError(reply.error);
    if (reply.error.code === "conflict") setForcing(true);
  };
  return (
    <Dialog title={t(`${question.kind}.title`, { who })} onClose={onClose}>
      <div class="dialog-body">
        <p>{t(`${question.kind}.text`, { who, why })}</p>
        {error && (
          <p class="error" role="alert">
            {error.code === "conflict" ? t("force.text") : error.message}
          </p>
        )}
      </div>
      <footer class="dialog-foot">
        <button type="button" class="btn quiet" onClick={onClose}>
          {t("cancel")}
        </button>
        <button type="button" onClick={() => void go()}>
          {t(forcing ? "force.go" : "take_over.go")}
        </button>
      </footer>
    </Dialog>
  );
}
