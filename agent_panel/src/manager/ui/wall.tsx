// The wallboard for a television: four numbers that are read from five metres, and the age of the data.

import { useEffect } from "preact/hooks";
import { place, zone } from "../state/filters.ts";
import { time } from "../state/labels.ts";
import { type Desk, desk, light } from "../state/live.ts";
import { clock, span } from "../state/measures.ts";
import { addressOf } from "../state/place.ts";
import { departments } from "../state/store.ts";
import { say } from "../words/words.ts";
import { age_s, answer, failing, isOld, now_ms, receivedAt_ms, usePolling } from "./polling.ts";
import { service_target_s } from "./targets.ts";

/** good, near and bad also differ by their mark: a television in a bright room has few colours. */
type Mood = "good" | "near" | "bad" | "plain";

interface Tile {
  name: string;
  value: string;
  note: string;
  mood: Mood;
}

function coveredTile(now: Desk): Tile {
  const name = say("wall.covered");
  if (now.deserted.length)
    return {
      name,
      value: say("wall.no"),
      note: say("wall.deserted", { departments: now.deserted.join(", ") }),
      mood: "bad",
    };
  if (!now.open) return { name, value: say("wall.closed"), note: say("wall.none_open"), mood: "plain" };
  return { name, value: say("wall.yes"), note: say("wall.all_open", { count: now.open }), mood: "good" };
}

const MOODS = { green: "good", amber: "near", red: "bad" } as const;

function tiles(now: Desk, target_s: number): Tile[] {
  // The wait goes on between two answers; while cut off nobody knows whether it does.
  const wait_s = now.longest_wait_s === null ? null : now.longest_wait_s + (isOld() ? 0 : age_s());
  const slots = now.free_slots ? say("wall.slots", { count: now.free_slots }) : say("wall.full");
  return [
    coveredTile(now),
    {
      name: say("live.waiting"),
      value: now.waiting.toLocaleString("en-GB"),
      note: now.waiting ? say("wall.waiting", { count: now.waiting }) : say("wall.nobody_waits"),
      mood: "plain",
    },
    {
      name: say("live.longest"),
      value: clock(wait_s) ?? "–",
      note: wait_s === null ? say("wall.nobody_waits") : say("wall.target", { target: target_s }),
      mood: wait_s === null ? "plain" : MOODS[light(wait_s, target_s)],
    },
    {
      name: say("live.accepting"),
      value: now.accepting.toLocaleString("en-GB"),
      note: now.accepting ? slots : say("wall.full"),
      mood: now.accepting && !now.free_slots ? "near" : "plain",
    },
  ];
}

function Tiles({ shown }: { shown: Tile[] }) {
  return (
    <ul class="wall-tiles num">
      {shown.map(({ name, value, note, mood }) => (
        <li key={name} class={`wall-tile ${mood}`}>
          <h2>{name}</h2>
          <p class={value.length > 5 ? "wall-value long" : "wall-value"}>{value}</p>
          <p class="wall-note">{note}</p>
        </li>
      ))}
    </ul>
  );
}

/** A television must not go dark; where the browser knows no such wish, its own settings have to do. */
function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let gone = false;
    async function hold() {
      if (document.hidden || !("wakeLock" in navigator)) return;
      const got = await navigator.wakeLock.request("screen").catch(() => null);
      if (gone) void got?.release();
      else lock = got;
    }
    document.addEventListener("visibilitychange", hold);
    void hold();
    return () => {
      gone = true;
      document.removeEventListener("visibilitychange", hold);
      void lock?.release();
    };
  }, []);
}

function Age() {
  const age = span(age_s());
  if (!isOld()) return <p class="wall-age num">{say("wall.fresh", { age })}</p>;
  return (
    <p class="wall-age old num" role="alert">
      {say("wall.cut_off", { since: time(receivedAt_ms.value, zone.value), age })}
    </p>
  );
}

export function Wall() {
  usePolling();
  useAwake();
  const { department } = place.value;
  const named = departments.value.find((one) => one.id === department)?.name;
  return (
    <main class={answer.value && isOld() ? "wall old" : "wall"}>
      <header class="wall-head">
        <h1>{named ?? say("wall.title")}</h1>
        <p class="wall-clock num">{time(now_ms.value, zone.value)}</p>
      </header>
      {answer.value ? (
        <Tiles shown={tiles(desk(answer.value, department), service_target_s.value)} />
      ) : (
        <p class="wall-empty" role={failing.value ? "alert" : undefined}>
          {failing.value ? say("wall.never") : say("loading")}
        </p>
      )}
      <footer class="wall-foot">
        {answer.value && <Age />}
        <a href={addressOf({ ...place.value, page: "overview" })}>{say("wall.leave")}</a>
      </footer>
    </main>
  );
}
