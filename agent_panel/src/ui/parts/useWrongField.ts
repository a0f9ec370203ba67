// After a refusal the focus is in the field that the sentence stands beside.
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";

/** For the form that the error is about. */
export function useWrongField(error: WireError | null): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  return form;
}
