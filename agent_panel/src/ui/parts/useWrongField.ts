// After a refusal the focus is in the field that the sentence stands beside.
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";

/** A field of another language or place is shown only after the error: some frames later. */
const FRAMES = 10;

/** For the form that the error is about. */
export function useWrongField(error: WireError | null): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!error) return;
    let frame = 0;
    const look = (left: number): void => {
      const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      if (wrong) wrong.focus();
      else if (left > 0) frame = requestAnimationFrame(() => look(left - 1));
    };
    look(FRAMES);
    return () => cancelAnimationFrame(frame);
  }, [error]);
  return form;
}
