/** Where the visitor writes. Enter sends, Shift+Enter makes a line. */
import { useRef } from "preact/hooks";
import type { Props } from "./parts.tsx";
import { Clip, Uploads } from "./uploads.tsx";

export function Composer(props: Props & { label: string }) {
  const { state, deeds, t, label } = props;
  const box = useRef<HTMLTextAreaElement>(null);
  const send = () => {
    deeds.send(state.draft);
    box.current?.focus();
  };
  return (
    <>
      <Uploads {...props} />
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Clip {...props} />
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
          onPaste={(event) => {
            // A screenshot. Text that was copied beside a picture of itself (from a spreadsheet) is meant as text.
            const { files, types } = event.clipboardData ?? new DataTransfer();
            if (!files.length || types.includes("text/plain")) return;
            event.preventDefault();
            deeds.attach([...files]);
          }}
          onBlur={() => deeds.typing(false)}
        />
        <button type="submit">{t("send")}</button>
      </form>
    </>
  );
}
