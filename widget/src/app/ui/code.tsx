/** Under the conversation, once a code was mailed: the field for it, what was wrong with it, and that it was right. */
import { useState } from "preact/hooks";
import { Field, type Props, Trouble } from "./parts.tsx";

export function CodeEntry(props: Props) {
  const { state, t } = props;
  const { chat, error } = state;
  const isOver = error?.deed === "code:enter" && error.code === "conflict";
  const said =
    chat?.visitor.verified === "code" ? "code_known" : chat?.code_sent ? "code_text" : isOver ? "code_over" : null;
  // The sentence's place is always there: what appears in it is read out.
  return (
    <div class={said ? `code ${said}` : undefined}>
      <p class="small" aria-live="polite">
        {said && t(said)}
      </p>
      {said === "code_text" && <CodeForm {...props} />}
    </div>
  );
}

function CodeForm({ state, deeds, t }: Props) {
  const [code, setCode] = useState("");
  const error = state.error?.deed === "code:enter" ? state.error : null;
  const isWrong = error?.code === "invalid";
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await deeds.enterCode(code))) setCode("");
  };
  return (
    <form onSubmit={enter}>
      <Field label={t("code")} error={isWrong ? t("code_wrong") : undefined}>
        {(control) => (
          <input
            {...control}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            required
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" disabled={state.busy === "code:enter"}>
        {t("code_enter")}
      </button>
      {error && !isWrong && <Trouble state={state} t={t} deed="code:enter" />}
    </form>
  );
}
