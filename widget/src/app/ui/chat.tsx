/** The conversation with an agent. */
import { CodeEntry } from "./code.tsx";
import { Messages } from "./messages.tsx";
import { type Props, Sure, Trouble } from "./parts.tsx";

export function Conversation(props: Props) {
  const { state, deeds, t } = props;
  return (
    <>
      <h1 class="unseen" tabIndex={-1}>
        {t("conversation")}
      </h1>
      <Messages {...props} label={t("conversation")} class="scroll" />
      <CodeEntry {...props} />
      <Trouble state={state} t={t} deed="chat:leave" />
      <div class="below">
        <Sure
          ask={t("end")}
          question={t("end_sure")}
          stay={t("stay")}
          busy={state.busy === "chat:leave"}
          go={deeds.leave}
        />
      </div>
    </>
  );
}
