/** The one place where the state stands between two actions, and who is told when it changes. */
import type { State } from "./model.ts";

export interface Store {
  value: State;
  /** Called after every change. */
  changed: () => void;
}

/** A store of our own: @preact/signals would cost 2.9 kB gzipped of the widget's 32, for one signal and one reader. */
export function storeOf(first: State): Store {
  let value = first;
  return {
    changed: () => {},
    get value() {
      return value;
    },
    set value(next) {
      value = next;
      this.changed();
    },
  };
}
