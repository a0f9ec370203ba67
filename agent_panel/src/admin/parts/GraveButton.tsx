// A button for what cannot simply be taken back: it asks first.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ack } from "../../net/wire.ts";
import { Confirm } from "./Confirm.tsx";

interface GraveButtonProps {
  /** The words of the button, and of the one in the dialog. */
  words: string;
  /** Beside many of the same: what programs that read aloud call it. */
  name?: string;
  /** The question. */
  title: string;
  onConfirm: () => Promise<Ack<object>>;
  /** What happens then. */
  children: ComponentChildren;
}

export function GraveButton({ words, name, title, onConfirm, children }: GraveButtonProps) {
  const [asks, setAsks] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(
    // What has ended has no such button any more: the focus stays on the page, and does not begin at its top.
    () => () => {
      const there = document.activeElement;
      if (there === button.current || there === document.body)
        document.getElementById("page")?.focus({ preventScroll: true });
    },
    [],
  );
  return (
    <>
      <button ref={button} type="button" class="btn quiet warn" aria-label={name} onClick={() => setAsks(true)}>
        {words}
      </button>
      {asks && (
        <Confirm title={title} action={words} grave onConfirm={onConfirm} onClose={() => setAsks(false)}>
          <p>{children}</p>
        </Confirm>
      )}
    </>
  );
}
