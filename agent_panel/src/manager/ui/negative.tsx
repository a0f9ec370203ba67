// The negative ratings, the ones to learn from, each with its conversation: unfolded in place, or on its own page.

import { useEffect, useId, useState } from "preact/hooks";
import { csv, get } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { day, dayTime, time } from "../state/labels.ts";
import { days } from "../state/period.ts";
import { useReport } from "../state/reports.ts";
import type { NegativeRating, SatisfactionReport } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";

interface Said {
  seq: number;
  author: { kind: "visitor" | "agent" | "system"; name: string | null };
  kind: "text" | "file" | "event";
  body: string;
  at: string;
  file?: { name: string } | null;
}

interface Read {
  state: "loading" | "failed" | "ready";
  messages: Said[];
}

/** The chat's messages, asked for when it is unfolded. */
function useTranscript(chat_id: string): Read {
  const [read, setRead] = useState<Read>({ state: "loading", messages: [] });
  useEffect(() => {
    const leaving = new AbortController();
    get<{ messages: Said[] }>(`/api/v1/chats/${encodeURIComponent(chat_id)}/transcript.json`, leaving.signal).then(
      ({ messages }) => setRead({ state: "ready", messages }),
      () => leaving.signal.aborted || setRead({ state: "failed", messages: [] }),
    );
    return () => leaving.abort();
  }, [chat_id]);
  return read;
}

function Line({ said, tz }: { said: Said; tz: string }) {
  const { author, kind } = said;
  return (
    <li class={`said-${author.kind}`}>
      <p class="tiny">
        {kind !== "event" && <b>{author.name ?? say(`author.${author.kind}`)} </b>}
        <time dateTime={said.at}>{time(said.at, tz)}</time>
      </p>
      <p class="comment" dir="auto">
        {said.body || said.file?.name}
      </p>
    </li>
  );
}

function Conversation({ chat_id, tz }: { chat_id: string; tz: string }) {
  const { state, messages } = useTranscript(chat_id);
  if (state === "loading") return <p class="small mut">{say("negative.loading")}</p>;
  return (
    <>
      {state === "failed" ? (
        <p class="small" role="alert">
          {say("negative.failed")}
        </p>
      ) : (
        <ol class="conversation">
          {messages.length ? (
            messages.map((said) => <Line key={said.seq} said={said} tz={tz} />)
          ) : (
            <li>{say("negative.gone")}</li>
          )}
        </ol>
      )}
      <p class="small">
        <a href={`/api/v1/chats/${encodeURIComponent(chat_id)}/transcript.html`}>{say("negative.page")}</a>
      </p>
    </>
  );
}

/** dated: the weekday alone names a day of this week only. */
function Rating({ rating, tz, dated }: { rating: NegativeRating; tz: string; dated: boolean }) {
  const [open, setOpen] = useState(false);
  const chat = useId();
  const score = say("negative.score", { score: rating.score });
  const about = [rating.agent?.name, rating.department?.name, rating.topic].filter(Boolean);
  return (
    <li>
      <span class="score" title={score}>
        <span aria-hidden="true">{rating.score} / 5</span>
        <span class="unseen">{score}</span>
      </span>
      <div>
        {rating.comment ? (
          <p class="comment" dir="auto">
            {rating.comment}
          </p>
        ) : (
          <p class="mut">{say("negative.silent")}</p>
        )}
        <p class="tiny about">
          <time dateTime={rating.at}>
            {dated ? `${day(rating.at, tz)} ${time(rating.at, tz)}` : dayTime(rating.at, tz)}
          </time>
          {about.map((one) => ` · ${one}`).join("")}
        </p>
        <button type="button" class="linklike" aria-expanded={open} aria-controls={chat} onClick={() => setOpen(!open)}>
          {say(open ? "negative.hide" : "negative.read")}
        </button>
        <div id={chat} hidden={!open}>
          {open && <Conversation chat_id={rating.chat_id} tz={tz} />}
        </div>
      </div>
    </li>
  );
}

export function Negative() {
  const satisfaction = useReport<SatisfactionReport>("satisfaction", query.value);
  return (
    <Frame
      title={say("negative.title")}
      about={(data) => say("negative.about", { count: data.negative.length, zone: data.tz })}
      resource={satisfaction}
      csv={csv("satisfaction", query.value, "negative")}
      empty={(data) => (data.negative.length ? null : say("negative.none"))}
    >
      {(data, asked) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls, and must do so by keyboard too
        <ul class="negative tall" tabIndex={0} aria-label={say("negative.title")}>
          {data.negative.map((rating) => (
            <Rating key={`${rating.chat_id} ${rating.at}`} rating={rating} tz={data.tz} dated={days(asked) > 7} />
          ))}
        </ul>
      )}
    </Frame>
  );
}
