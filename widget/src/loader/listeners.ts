/** `Semafor('on' | 'once' | 'off', event, fn)`: who on the page listens to what. */

export type Listener = (data?: unknown) => void;

let listeners: [name: string, fn: Listener, once?: boolean][] = [];

export const on = (...entry: [name: string, fn: Listener, once?: boolean]): void => {
  listeners.push(entry);
};

export const off = (name: string, fn?: Listener): void => {
  listeners = listeners.filter((entry) => entry[0] !== name || (fn && entry[1] !== fn));
};

/** Tell listeners in a later microtask: those added right after the cause hear it too, and one that throws stops no other. */
export const emit = (name: string, data?: unknown): void => {
  Promise.resolve(data).then(() => {
    for (const entry of listeners.filter((candidate) => candidate[0] === name)) {
      Promise.resolve(data).then(entry[1]);
      if (entry[2]) off(name, entry[1]);
    }
  });
};
