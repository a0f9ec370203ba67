// A handful of choices side by side, one of them taken; the arrow keys move within it.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface SegmentsProps<T> {
  legend: string;
  class?: string;
  value: T;
  options: readonly [value: T, words: ComponentChildren][];
  pick: (value: T) => void;
}

export function Segments<T extends string | boolean | null>(props: SegmentsProps<T>) {
  const { legend, value, options, pick, class: classes = "" } = props;
  const name = useId();
  return (
    <fieldset class={`segments ${classes}`}>
      <legend>{legend}</legend>
      <div>
        {options.map(([each, words]) => (
          <label key={String(each)}>
            <input type="radio" name={name} checked={value === each} onChange={() => pick(each)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
