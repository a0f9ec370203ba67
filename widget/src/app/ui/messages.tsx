/** The conversation: append only, so that a screen reader hears what is new and nobody loses their place. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../../wire.ts";
import { hasGap, lastSeq } from "../state/log.ts";
import type { Outgoing } from "../state/outbox.ts";
import { isNews } from "../state/screen.ts";
import { FileLink } from "./file.tsx";
import type { Props } from "./parts.tsx";
import { Text } from "./text.tsx";

type Pending = Outgoing & { event: "message:send" };
type Entry = { key: string; at: string; message?: Message; pending?: Pending };

/** Closer to the end than this is "at the end". */
const END_PX = 48;

function entriesOf({ state }: Props): Entry[] {
  const shown = state.log.messages.map((message): Entry => {
    // The key outlives the change from pending to stored: the element stays, and is not announced again.
    return { key: message.client_id ?? `${message.seq}`, at: message.at, message };
  });
  const pending = state.outbox.filter((entry): entry is Pending => entry.event === "message:send");
  return [...shown, ...pending.map((entry): Entry => ({ key: entry.client_id, at: entry.at, pending: entry }))];
}

export function Messages(props: Props & { label: string; class: string }) {
  const { state, t, when } = props;
  const entries = entriesOf(props);
  const { box, missed, toEnd } = useScroll(entries, state.typing);
  const lastOwn = entries.findLast(({ message }) => message?.author.kind === "visitor")?.key;
  const behind = hasGap(state.log) || lastSeq(state.log) < (state.chat?.last_seq ?? 0);
  return (
    <div class={`conversation ${props.class}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div class="log" role="log" tabIndex={0} aria-label={props.label} aria-busy={behind} ref={box}>
        {entries.map((entry, index) => {
          const before = entries[index - 1];
          const newDay = !before || !when.sameDay(before.at, entry.at);
          return (
            <Row
              {...props}
              key={entry.key}
              entry={entry}
              day={newDay ? when.day(entry.at) : ""}
              follows={!newDay && authorOf(before) === authorOf(entry)}
              withState={entry.key === lastOwn}
            />
          );
        })}
      </div>
      {state.typing !== null && (
        <p class="typing tiny" aria-hidden="true">
          <span class="dots" />
          {state.typing ? t("typing", { name: state.typing }) : t("someone_typing")}
        </p>
      )}
      {missed > 0 && (
        <button type="button" class="pill" onClick={toEnd}>
          {t("new_messages", { n: missed })}
        </button>
      )}
    </div>
  );
}

const authorOf = (entry: Entry | undefined): string =>
  !entry ? "" : entry.message ? `${entry.message.author.kind} ${entry.message.author.id}` : "pending";

interface RowProps extends Props {
  entry: Entry;
  day: string;
  follows: boolean;
  withState: boolean;
}

function Row({ state, deeds, t, when, entry, day, follows, withState }: RowProps) {
  const { message, pending } = entry;
  const separator = day && <p class="day">{day}</p>;
  if (message?.kind === "event")
    return (
      <>
        {separator}
        <p class="event tiny">
          {when.clock(message.at)} · <span dir="auto">{message.body}</span>
        </p>
      </>
    );
  const file = message?.file ?? pending?.file;
  const own = !message || message.author.kind === "visitor";
  const name = own ? t("you") : message.author.name;
  return (
    <>
      {separator}
      <div class={`message ${own ? "own" : "theirs"} ${follows ? "follows" : ""}`}>
        <p class={own || follows ? "unseen" : "who tiny"}>
          {name} <span>{when.clock(entry.at)}</span>
        </p>
        <div class="bubble" dir="auto">
          {file ? (
            <FileLink deeds={deeds} t={t} file={file} />
          ) : (
            <Text>{message?.body ?? pending?.send.body ?? ""}</Text>
          )}
        </div>
        {pending?.error ? (
          <p class="state failed">
            {t("failed")} {pending.error.message}{" "}
            <button type="button" class="plain" onClick={() => deeds.retry(entry.key)}>
              {t("again")}
            </button>
          </p>
        ) : (
          <p class="state tiny" aria-live="off">
            {pending
              ? t("sending")
              : withState &&
                message &&
                stateOf(message, state.chat?.read_seq ?? 0, t("read"), t("sent", { at: when.clock(message.at) }))}
          </p>
        )}
      </div>
    </>
  );
}

const stateOf = ({ seq }: Message, read_seq: number, read: string, sent: string) => (seq <= read_seq ? read : sent);

/** Stays at the end if it was there; otherwise nothing moves, and what came is counted. Own messages go to the end. */
function useScroll(entries: Entry[], typing: string | null) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const known = useRef(entries.length);
  const [missed, setMissed] = useState(0);
  const toEnd = () => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setMissed(0);
  };
  useLayoutEffect(() => {
    const added = entries.slice(known.current);
    known.current = entries.length;
    if (atEnd.current || added.some(({ pending }) => pending)) toEnd();
    else setMissed((before) => before + added.filter(({ message }) => message && isNews(message)).length);
  }, [entries.length, typing]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
      if (atEnd.current) setMissed(0);
    };
    // A keyboard that opens, or a panel that is shown again, makes the box smaller: the end stays in view.
    const resized = new ResizeObserver(() => atEnd.current && toEnd());
    resized.observe(element);
    element.addEventListener("scroll", look);
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return { box, missed, toEnd };
}
