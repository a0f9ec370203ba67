// Whichever dialog is open.
import { desk, dialog } from "../../state/store.ts";
import { CloseChat } from "./CloseChat.tsx";
import { Decisions } from "./Decisions.tsx";
import { Force } from "./Force.tsx";
import { KeysDialog } from "./KeysDialog.tsx";
import { NewTicket } from "./NewTicket.tsx";
import { Transfer } from "./Transfer.tsx";

export function Dialogs() {
  const open = dialog.value;
  if (!open) return null;
  const close = (): void => {
    dialog.value = null;
  };
  switch (open.kind) {
    case "keys":
      return <KeysDialog onClose={close} />;
    case "force":
    case "take_over":
      return <Force question={open} onClose={close} />;
    case "ticket":
      return <NewTicket chat={(open.chat && desk.value.threads[open.chat]?.chat) || null} onClose={close} />;
    case "decisions":
      return <Decisions chat={open.chat} onClose={close} />;
    case "transfer":
    case "close": {
      const chat = desk.value.threads[open.chat]?.chat;
      if (!chat) return null;
      return open.kind === "close" ? (
        <CloseChat chat={chat} onClose={close} />
      ) : (
        <Transfer chat={chat} onClose={close} />
      );
    }
  }
}
