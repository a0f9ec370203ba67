// What somebody sees who may not see the figures: why, and the way on.

import { useEffect } from "preact/hooks";
import { place } from "../state/filters.ts";
import { addressOf, HOME } from "../state/place.ts";
import { begin, type Session, session } from "../state/store.ts";
import { say } from "../words/words.ts";

const OWN_FIGURES = addressOf({ ...HOME, page: "people" });

/** The panel signs in, and leads back here, to the same days of the same department. */
const signIn = (): string => `/agent?next=${encodeURIComponent(addressOf(place.value))}`;

function Way({ state }: { state: Session["state"] }) {
  if (state === "failed")
    return (
      <button type="button" onClick={() => void begin()}>
        {say("retry")}
      </button>
    );
  return (
    <a class={state === "own" ? "btn quiet" : "btn"} href={state === "signed_out" ? signIn() : "/agent"}>
      {say(state === "signed_out" ? "gate.sign_in" : "gate.panel")}
    </a>
  );
}

/** A television has nobody who presses a button: it asks again by itself. */
const AGAIN_MS = 10_000;

function useAnotherTry(state: Session["state"]): void {
  useEffect(() => {
    if (state !== "failed") return;
    const timer = window.setTimeout(() => void begin(), AGAIN_MS);
    return () => window.clearTimeout(timer);
  }, [state]);
}

export function Gate() {
  const { state } = session.value;
  useAnotherTry(state);
  if (state === "loading" || state === "ready") {
    return (
      <main class="gate" aria-busy="true">
        <p class="mut">{say("loading")}</p>
      </main>
    );
  }
  return (
    <main class="gate">
      <div class="gate-card">
        <span class={`gate-mark ${state}`} aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
        <h1>{say("title")}</h1>
        <p role={state === "failed" ? "alert" : undefined}>{say(`gate.${state === "own" ? "not_manager" : state}`)}</p>
        <p class="gate-ways">
          {state === "own" && (
            <a class="btn" href={OWN_FIGURES}>
              {say("own.link")}
            </a>
          )}
          <Way state={state} />
          {state === "signed_out" && (
            <a class="btn quiet" href={addressOf(place.value)}>
              {say("gate.back")}
            </a>
          )}
        </p>
      </div>
    </main>
  );
}
