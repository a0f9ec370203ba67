/** Where the visitor writes. Enter sends, Shift+Enter makes a line. */
import { useRef } from "preact/hooks";
import type { Props } from "./parts.tsx";

export function Composer({ state, deeds, t, label }: Props & { label: string }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    deeds.send(state.draft);
    box.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        aria-label={label}
        placeholder={label}
        dir="auto"
        rows={1}
        maxLength={8000}
        value={state.draft}
        onInput={(event) => {
          deeds.dispatch({ type: "draft", draft: event.currentTarget.value });
          deeds.typing(event.currentTarget.value !== "");
        }}
        onKeyDown={(event) => {
          // isComposing: Enter that ends the composition of a character must not send.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
        onBlur={() => deeds.typing(false)}
      />
      <button type="submit">{t("send")}</button>
    </form>
  );
}
