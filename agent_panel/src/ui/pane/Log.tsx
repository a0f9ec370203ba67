// The conversation. What is being read never moves: new lines scroll only a reader who is at the end, others get a
// mark "3 new" to follow; older history is put above without a jump.
import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { fetchOlder } from "../../net/replay.ts";
import { linesOfThread } from "../../state/lines.ts";
import { ofChat } from "../../state/outbox.ts";
import { outbox } from "../../state/store.ts";
import { hasOlder, type Thread } from "../../state/thread.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { Loading } from "../parts/states.tsx";
import { LineView } from "./LineView.tsx";

/** Closer to the end than this counts as being at the end. */
const NEAR_PX = 48;

function useFollowing(count: number, firstKey: string | undefined) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ count: 0, firstKey, height: 0 });
  const [fresh, setFresh] = useState(0);

  useLayoutEffect(() => {
    const box = log.current;
    if (!box) return;
    const was = before.current;
    if (was.firstKey !== undefined && was.firstKey !== firstKey && !atEnd.current) {
      box.scrollTop += box.scrollHeight - was.height;
    } else if (atEnd.current) box.scrollTop = box.scrollHeight;
    else if (count > was.count) setFresh((n) => n + count - was.count);
    before.current = { count, firstKey, height: box.scrollHeight };
  }, [count, firstKey]);

  // A pane that becomes narrower or lower keeps its end in view.
  useEffect(() => {
    const box = log.current;
    if (!box) return;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const box = log.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    if (atEnd.current) setFresh(0);
  };
  const toEnd = (): void => {
    const box = log.current;
    if (box) box.scrollTop = box.scrollHeight;
  };
  return { log, fresh, onScroll, toEnd };
}

export function Log({ thread }: { thread: Thread }) {
  const [busy, setBusy] = useState(false);
  const going = useComputed(() => ofChat(outbox.value, thread.chat.id)).value;
  const lines = useMemo(() => linesOfThread(thread, going), [thread.messages, thread.notes, going]);
  const typing = thread.typing !== null;
  const { log, fresh, onScroll, toEnd } = useFollowing(lines.length + (typing ? 1 : 0), lines[1]?.key);
  const older = async (): Promise<void> => {
    setBusy(true);
    await fetchOlder(thread.chat.id);
    setBusy(false);
  };
  return (
    <div class="log-place">
      <div
        class="log"
        ref={log}
        role="log"
        aria-label={t("log.label", { name: visitorName(thread.chat.visitor) })}
        aria-busy={busy || !thread.loaded}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        {hasOlder(thread) && (
          <button type="button" class="btn quiet small-btn older" disabled={busy} onClick={() => void older()}>
            {t(busy ? "loading" : "log.older")}
          </button>
        )}
        {!thread.loaded && lines.length === 0 && <Loading />}
        {lines.map((line) => (
          <LineView key={line.key} line={line} chat={thread.chat} />
        ))}
        {typing && <Typing thread={thread} />}
      </div>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={toEnd}>
          {t("log.fresh", { n: fresh })}
        </button>
      )}
    </div>
  );
}

function Typing({ thread }: { thread: Thread }) {
  return (
    <p class="m vis typing">
      <span class="sr">{t("row.typing")}</span>
      {thread.typing?.preview ? <span dir="auto">{thread.typing.preview}</span> : null}
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </p>
  );
}
