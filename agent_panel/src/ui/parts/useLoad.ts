// Data of a page that is fetched once, and again on request.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";

export type Loaded<T> = { state: "loading" } | { state: "failed"; error: WireError } | { state: "ready"; data: T };

/**
 * Fetches whenever `key` changes; the answer to an outdated key is dropped. What is shown stays until the new one is
 * there, also where fetching it once more fails: what somebody is reading must not vanish with the connection.
 */
export function useLoad<T>(key: string, fetchIt: () => Promise<Ack<T>>): [Loaded<T>, () => void, (data: T) => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const current = useRef(key);
  const shown = useRef<string | null>(null);
  const latest = useRef(fetchIt);
  latest.current = fetchIt;
  const again = useCallback(() => {
    current.current = key;
    void latest.current().then((reply) => {
      if (current.current !== key) return;
      if (!reply.ok && shown.current === key) return;
      shown.current = reply.ok ? key : null;
      setLoaded(reply.ok ? { state: "ready", data: reply } : { state: "failed", error: reply.error });
    });
  }, [key]);
  useEffect(again, [again]);
  return [loaded, again, (data: T) => setLoaded({ state: "ready", data })];
}
