// The desk right now, with the age of what is shown.

import { place, zone } from "../state/filters.ts";
import { time } from "../state/labels.ts";
import { type Desk, desk, type Light, light } from "../state/live.ts";
import { clock, span } from "../state/measures.ts";
import type { LiveAgent } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Skeleton } from "./frame.tsx";
import { age_s, answer, failing, isOld, paused, receivedAt_ms, usePolling } from "./polling.ts";
import { service_target_s } from "./targets.ts";

const LIGHT_CLASS: Record<Light, string> = { green: "g", amber: "a", red: "r" };

function Age() {
  if (!answer.value) return null;
  const old_s = age_s();
  const since = time(receivedAt_ms.value, zone.value);
  const text = paused.value
    ? say("live.paused", { since })
    : isOld()
      ? say("live.old", { since, age: span(old_s) })
      : say("live.age", { count: old_s });
  return <span class={isOld() ? "age old" : "age"}>{text}</span>;
}

function LongestWait({ now }: { now: Desk }) {
  if (now.longest_wait_s === null) return <b>–</b>;
  // The wait goes on between two answers, so its age is added.
  const wait_s = now.longest_wait_s + age_s();
  const colour = light(wait_s, service_target_s.value);
  return (
    <b>
      {clock(wait_s)} <span class={`light ${LIGHT_CLASS[colour]}`}>{say(`light.${colour}`)}</span>
    </b>
  );
}

function Agent({ one }: { one: LiveAgent }) {
  const connected = one.connected || one.status === "offline";
  const since = one.since ? say("live.since", { time: time(one.since, zone.value) }) : "";
  const state = connected ? say(`status.${one.status}`) : say("status.lost");
  const share = one.capacity ? Math.min(1, one.load / one.capacity) : 0;
  return (
    <li class={`agent ${connected ? one.status : "lost"}`}>
      <span class="agent-name" title={one.agent.name}>
        {one.agent.name}
      </span>
      <span class="agent-load" title={say("live.load.title", { load: one.load, capacity: one.capacity })}>
        <span class="meter" aria-hidden="true">
          <span class={share >= 1 ? "full" : ""} style={{ width: `${share * 100}%` }} />
        </span>
        {say("live.load", { load: one.load, capacity: one.capacity })}
      </span>
      <span class="tiny agent-state">{[state, one.reason, since].filter(Boolean).join(" · ")}</span>
    </li>
  );
}

function Strip({ now }: { now: Desk }) {
  return (
    <>
      {now.deserted.map((name) => (
        <p class="deserted" role="alert" key={name}>
          {say("live.deserted", { department: name })}
        </p>
      ))}
      <dl class="now num">
        <div>
          <dt>{say("live.waiting")}</dt>
          <dd>
            <b>{now.waiting}</b>
          </dd>
        </div>
        <div>
          <dt>{say("live.longest")}</dt>
          <dd>
            <LongestWait now={now} />
          </dd>
        </div>
        <div>
          <dt>{say("live.accepting")}</dt>
          <dd>
            <b>{now.accepting}</b>
          </dd>
        </div>
        <div>
          <dt>{say("live.free")}</dt>
          <dd>
            <b>{now.free_slots}</b>
          </dd>
        </div>
      </dl>
      {now.agents.length ? (
        <ul
          class="agents num"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the list scrolls, and must do so by keyboard too
          tabIndex={0}
          aria-label={say("live.agents")}
        >
          {now.agents.map((one) => (
            <Agent key={one.agent.id} one={one} />
          ))}
        </ul>
      ) : (
        <p class="empty">{say("live.no_agents")}</p>
      )}
    </>
  );
}

export function LiveStrip() {
  usePolling();
  const title = say("live");
  return (
    <section class="box live" aria-label={title}>
      <header class="box-head">
        <h2>{title}</h2>
        <p class="tiny num">
          <Age />
        </p>
      </header>
      {answer.value ? (
        <Strip now={desk(answer.value, place.value.department)} />
      ) : failing.value ? (
        <p class="empty" role="alert">
          {say("live.failed")}
        </p>
      ) : (
        <Skeleton />
      )}
    </section>
  );
}
