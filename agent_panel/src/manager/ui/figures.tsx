// The six figures at the top, each with what it rests on and its change against the period before.

import { computed, type Signal } from "@preact/signals";
import * as figures from "../state/figures.ts";
import * as store from "../state/store.ts";
import type { Report } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { service_target_s } from "./targets.ts";

type Card = { state: "loading" | "ready" | "failed"; figure: figures.Figure | null; title: string };

/** A card out of two reports: the period's and the one before, which may still be missing. */
function card<B>(
  now: Signal<store.Resource<Report<B>>>,
  then: Signal<store.Resource<Report<B>>>,
  title: () => string,
  make: (now: B, then: B | null) => figures.Figure,
) {
  return computed<Card>(() => {
    const { state, data } = now.value;
    const past = then.value.state === "ready" ? then.value.data : null;
    return { state, title: title(), figure: data ? make(data.total, past?.total ?? null) : null };
  });
}

const { coverage, waits, satisfaction, estimates, earlier } = store;
const target = service_target_s;
const CARDS = [
  card(coverage, earlier.coverage, () => say("kpi.covered"), figures.covered),
  card(waits, earlier.waits, () => say("kpi.queue_wait"), figures.queueWait),
  card(
    waits,
    earlier.waits,
    () => say("kpi.first_reply", { target: target.value }),
    (now, then) => figures.firstReply(now, then, target.value),
  ),
  card(waits, earlier.waits, () => say("kpi.left"), figures.left),
  card(satisfaction, earlier.satisfaction, () => say("kpi.satisfaction"), figures.satisfaction),
  card(estimates, earlier.estimates, () => say("kpi.at_most"), figures.atMost),
];

function Change({ change }: { change: figures.Figure["change"] }) {
  if (!change) return null;
  const verdict = say(`change.${change.tone}`);
  return (
    <span class={`change ${change.tone}`} title={say("change.title")}>
      {change.text}
      <span class="unseen">
        {" "}
        {verdict}, {say("change.title")}
      </span>
    </span>
  );
}

function FigureCard({ card }: { card: Card }) {
  const { figure, state, title } = card;
  const value = figure ? (figure.value ?? "–") : "";
  return (
    <li class="k" aria-busy={state === "loading"}>
      <h2 class="small mut">{title}</h2>
      {figure && state !== "failed" ? (
        <div class={state === "loading" ? "stale" : undefined}>
          <p class={figure.value === null ? "k-value unknown" : "k-value"}>
            {figure.value === null ? <span aria-hidden="true">–</span> : value}
          </p>
          <p class="k-basis">
            <Change change={figure.change} /> <span class="tiny">{figure.basis}</span>
          </p>
        </div>
      ) : state === "failed" ? (
        <p class="small k-failed">{say("failed.figure")}</p>
      ) : (
        <div class="skeleton line">
          <span class="unseen">{say("loading")}</span>
        </div>
      )}
    </li>
  );
}

export function Figures() {
  return (
    <section aria-label={say("kpi.all")}>
      <ul class="kpi num">
        {CARDS.map((one) => (
          <FigureCard key={one.value.title} card={one.value} />
        ))}
      </ul>
      <p class="tiny compared">{say("change.compared")}</p>
    </section>
  );
}
