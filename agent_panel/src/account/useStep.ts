// After each step of a part the focus is at its heading, and not lost with what was pressed.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** For the heading; nothing happens at the first step, or where the focus is somewhere. */
export function useStep(step: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useLayoutEffect(() => {
    if (before.current !== step && document.activeElement === document.body) heading.current?.focus();
    before.current = step;
  }, [step]);
  return heading;
}
