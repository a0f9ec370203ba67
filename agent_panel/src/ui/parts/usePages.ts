// Lists that come in pages: the first at once, the next on request, all anew when the question changes.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";

export interface Paged<T> {
  items: T[];
  next: string | null;
  state: "loading" | "failed" | "ready";
  error: WireError | null;
}

type Fetch<T> = (cursor: string | null) => Promise<Ack<{ items: T[]; next: string | null }>>;

export function usePages<T>(key: string, fetchIt: Fetch<T>): [Paged<T>, () => void, () => void] {
  const [paged, setPaged] = useState<Paged<T>>({ items: [], next: null, state: "loading", error: null });
  const latest = useRef(fetchIt);
  latest.current = fetchIt;
  const current = useRef(key);
  const get = useCallback(
    async (known: T[], cursor: string | null) => {
      current.current = key;
      setPaged((was) => ({ ...was, state: "loading" }));
      const reply = await latest.current(cursor);
      if (current.current !== key) return;
      setPaged(
        reply.ok
          ? { items: [...known, ...reply.items], next: reply.next, state: "ready", error: null }
          : { items: known, next: cursor, state: "failed", error: reply.error },
      );
    },
    [key],
  );
  const again = useCallback(() => void get([], null), [get]);
  useEffect(again, [again]);
  const more = (): void => void get(paged.items, paged.next);
  return [paged, more, again];
}
