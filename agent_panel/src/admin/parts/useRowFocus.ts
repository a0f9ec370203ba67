// Rows that are added and taken away: a new one has the focus, and after one is gone the button that adds has it.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface RowFocus {
  /** Around the rows, each of which is marked with data-row, and the button, which is marked with data-add. */
  around: RefObject<HTMLDivElement | null>;
  added: () => void;
  removed: () => void;
}

export function useRowFocus(): RowFocus {
  const around = useRef<HTMLDivElement>(null);
  const due = useRef(false);
  useLayoutEffect(() => {
    if (!due.current) return;
    due.current = false;
    const rows = around.current?.querySelectorAll("[data-row]");
    rows?.[rows.length - 1]?.querySelector<HTMLElement>("input, textarea")?.focus();
  });
  const added = (): void => {
    due.current = true;
  };
  const removed = (): void => around.current?.querySelector<HTMLElement>("[data-add]")?.focus();
  return { around, added, removed };
}
