// A box to tick, and what it says.
import type { ComponentChildren } from "preact";

interface CheckProps {
  checked: boolean;
  set: (checked: boolean) => void;
  invalid?: boolean;
  describedBy?: string | undefined;
  class?: string;
  children: ComponentChildren;
}

export function Check({ checked, set, invalid = false, describedBy, class: classes = "", children }: CheckProps) {
  return (
    <label class={`check ${classes}`}>
      <input
        type="checkbox"
        checked={checked}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onChange={(event) => set(event.currentTarget.checked)}
      />
      <span dir="auto">{children}</span>
    </label>
  );
}
