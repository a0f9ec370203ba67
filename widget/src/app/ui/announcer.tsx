/** What a screen reader hears of the place in the queue, and of the agent who comes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Screen, screenOf } from "../state/screen.ts";
import type { Props } from "./parts.tsx";
import { placeText, waitText } from "./waiting.tsx";

/** Of a change within one screen it hears at most this often. */
const ANNOUNCE_MS = 15_000;

function textOf({ state, t }: Pick<Props, "state" | "t">, screen: Screen): string {
  if (screen === "waiting" && state.queue) return `${placeText(state.queue, t)}. ${waitText(state.queue, t)}`;
  if (screen === "chat") return state.log.messages.findLast(({ event }) => event?.code === "assigned")?.body ?? "";
  return "";
}

export function Announcer(props: Pick<Props, "state" | "t">) {
  const screen = screenOf(props.state);
  const text = textOf(props, screen);
  const [said, setSaid] = useState("");
  const last = useRef({ screen, at_ms: 0 });
  useEffect(() => {
    const again_ms = last.current.screen === screen ? last.current.at_ms + ANNOUNCE_MS - Date.now() : 0;
    const timer = setTimeout(
      () => {
        last.current = { screen, at_ms: text ? Date.now() : 0 };
        setSaid(text);
      },
      Math.max(0, again_ms),
    );
    return () => clearTimeout(timer);
  }, [screen, text]);
  return (
    <div class="unseen" role="status">
      {said}
    </div>
  );
}
