// Asks before something that cannot simply be taken back.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { Dialog } from "../../ui/dialogs/Dialog.tsx";
import { say } from "../words/words.ts";

interface ConfirmProps {
  title: string;
  /** The words of the button: what happens, as a verb. */
  action: string;
  /** Red: something ends for somebody. */
  grave?: boolean;
  /** Words of the button that does nothing; "Cancel" where it is left out. */
  otherwise?: string;
  /** Done where it answers nothing or ok; an error stays in the dialog. */
  onConfirm: () => Promise<Ack<object>> | undefined;
  onClose: () => void;
  children: ComponentChildren;
}

export function Confirm({ title, action, grave = false, otherwise, onConfirm, onClose, children }: ConfirmProps) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const confirm = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const reply = await onConfirm();
    setBusy(false);
    if (reply && !reply.ok) setError(reply.error);
    else onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={confirm}>
        <div class="dialog-body">
          {children}
          {error && (
            <p class="error" role="alert">
              {error.message}
            </p>
          )}
        </div>
        <div class="dialog-foot">
          <button type="button" class="btn quiet" onClick={onClose}>
            {otherwise ?? say("cancel")}
          </button>
          <button type="submit" class={grave ? "btn grave" : "btn"} disabled={busy}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
