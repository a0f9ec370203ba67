/** The small pieces that several screens are made of. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Deeds } from "../net/deeds.ts";
import type { Deed, State } from "../state/model.ts";
import type { Calendar } from "../state/when.ts";
import type { Words } from "../words/words.ts";

/** What every screen gets. */
export interface Props {
  state: State;
  deeds: Deeds;
  t: Words;
  when: Calendar;
}

/** For what replaces something: it inherits the focus, so that its text is read and Tab goes on from there. */
function useInheritedFocus<Kind extends HTMLElement>() {
  const element = useRef<Kind>(null);
  useEffect(() => {
    // Never out of the host page: somebody may be writing there when the agent comes.
    if (document.hasFocus() && document.activeElement === document.body) element.current?.focus();
  }, []);
  return element;
}

/** A screen's heading; it takes the focus when the screen changed and what had the focus is gone. */
export function Heading({ children }: { children: ComponentChildren }) {
  return (
    <h1 ref={useInheritedFocus<HTMLHeadingElement>()} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** The sentence that stands where a form was sent. */
export function Done({ children, class: classes }: { children: ComponentChildren; class?: string }) {
  return (
    <p ref={useInheritedFocus<HTMLParagraphElement>()} tabIndex={-1} class={classes}>
      {children}
    </p>
  );
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children: (control: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
  }) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? "";
  return (
    <div class="field">
      <label for={id}>
        {label} {hint && <span class="hint">({hint})</span>}
      </label>
      {children({ id, "aria-describedby": note ? `${id}-note` : undefined, "aria-invalid": !!note })}
      {note && (
        <p class="wrong" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}

/** What went wrong with a deed, in the server's words, and what can be done about it. */
export function Trouble({ state, t, deed }: Pick<Props, "state" | "t"> & { deed: Deed }) {
  const error = state.error?.deed === deed ? state.error : null;
  const remedy =
    error?.retry_after_s !== undefined
      ? t("retry_in", { n: Math.ceil(error.retry_after_s) })
      : error?.message
        ? ""
        : t("unreachable");
  return (
    <div role="alert">
      {error && (
        <p class="trouble">
          {error.message} {remedy}
        </p>
      )}
    </div>
  );
}

interface SureProps {
  ask: string;
  question: string;
  stay: string;
  busy: boolean;
  go: () => void;
}

/** A way out that asks once, in place. */
export function Sure({ ask, question, stay, busy, go }: SureProps) {
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) first.current?.focus();
  }, [asking]);
  if (!asking)
    return (
      <button type="button" class="plain" onClick={() => setAsking(true)}>
        {ask}
      </button>
    );
  return (
    <fieldset class="sure">
      <legend>{question}</legend>
      <button type="button" class="btn quiet" ref={first} onClick={() => setAsking(false)}>
        {stay}
      </button>
      <button type="button" class="btn danger" disabled={busy} onClick={go}>
        {ask}
      </button>
    </fieldset>
  );
}

/** The present, renewed every `step_ms`. */
export function useNow(step_ms: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), step_ms);
    return () => clearInterval(timer);
  }, [step_ms]);
  return now;
}
