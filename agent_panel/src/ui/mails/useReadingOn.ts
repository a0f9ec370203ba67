// A mail that came in is read within seconds, and nobody tells the page: it looks again while one is not read yet.
import { useEffect } from "preact/hooks";

const AGAIN_MS = 2_000;

/** seen: what was shown last; each new answer starts the next wait. */
export function useReadingOn(unread: boolean, seen: unknown, again: () => void): void {
  useEffect(() => {
    if (!unread) return;
    const timer = setTimeout(again, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [unread, seen, again]);
}
