// One chat: who it is, what was said, where the agent writes.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { markSeen, openChat } from "../../net/orders.ts";
import { threads } from "../../state/store.ts";
import { lastSeq, type Thread } from "../../state/thread.ts";
import { visitorName } from "../../words/people.ts";
import { Composer } from "./Composer.tsx";
import { Foot } from "./Foot.tsx";
import { Log } from "./Log.tsx";
import { PaneHead } from "./PaneHead.tsx";

/** Read means: in front, and the window has the agent's attention. */
function useSeen(thread: Thread, focused: boolean): void {
  const last = lastSeq(thread);
  useEffect(() => {
    const see = (): void => {
      if (focused && document.hasFocus()) markSeen(thread.chat.id, last);
    };
    see();
    window.addEventListener("focus", see);
    return () => window.removeEventListener("focus", see);
  }, [thread.chat.id, last, focused]);
}

export function Pane({ id, focused }: { id: string; focused: boolean }) {
  const thread = useComputed(() => threads.value[id]).value;
  return thread ? <Chat thread={thread} focused={focused} /> : null;
}

function Chat({ thread, focused }: { thread: Thread; focused: boolean }) {
  const { chat } = thread;
  useSeen(thread, focused);
  const writable = thread.held && chat.state === "active";
  return (
    <section
      class={`pane${focused ? " front" : ""}`}
      aria-label={visitorName(chat.visitor)}
      onFocusCapture={() => focused || openChat(chat.id)}
      onPointerDown={() => focused || openChat(chat.id)}
    >
      <PaneHead thread={thread} />
      <Log thread={thread} />
      {writable ? <Composer thread={thread} /> : <Foot thread={thread} />}
    </section>
  );
}
