// The frame of every report: title, unit and basis, its file, and the states loading, failed and empty.

import type { ComponentChildren } from "preact";
import type { Query } from "../net/api.ts";
import { refresh } from "../state/filters.ts";
import type { Resource } from "../state/reports.ts";
import { say } from "../words/words.ts";

export interface FrameProps<T> {
  title: string;
  /** Unit, zone and n, in one line. */
  about: (data: T) => string;
  resource: Resource<T>;
  csv?: string;
  /** Switches beside the title. */
  tools?: ComponentChildren;
  /** The sentence for a period in which there is nothing to draw; null draws. */
  empty: (data: T) => string | null;
  tall?: boolean;
  children: (data: T, asked: Query) => ComponentChildren;
}

/** Nothing went wrong and trying again would not help: this server has no such report, or not for this question. */
export function Missing({ problem }: { problem: string }) {
  return (
    <div class="failed">
      <p>{say("missing.report")}</p>
      {problem && <p class="small mut">{problem}</p>}
    </div>
  );
}

export function Failed({ problem }: { problem: string }) {
  return (
    <div class="failed" role="alert">
      <p>{say("failed.report")}</p>
      {problem && <p class="small mut">{problem}</p>}
      <button type="button" class="btn soft" onClick={refresh}>
        {say("retry")}
      </button>
    </div>
  );
}

export function Skeleton({ tall = false }: { tall?: boolean }) {
  return (
    <div class={tall ? "skeleton tall" : "skeleton"}>
      <span class="unseen">{say("loading")}</span>
    </div>
  );
}

function Body<T>({ resource, empty, tall = false, children }: FrameProps<T>) {
  const { state, data, asked, problem } = resource;
  if (state === "failed") return <Failed problem={problem} />;
  if (state === "missing") return <Missing problem={problem} />;
  if (!data) return <Skeleton tall={tall} />;
  const nothing = empty(data);
  if (nothing) return <p class="empty">{nothing}</p>;
  return <div class={state === "loading" ? "stale" : undefined}>{children(data, asked)}</div>;
}

export function Frame<T>(props: FrameProps<T>) {
  const { title, about, resource, csv, tools } = props;
  return (
    <section class="box" aria-busy={resource.state === "loading"} aria-label={title}>
      <header class="box-head">
        <div>
          <h2>{title}</h2>
          <p class="tiny num">{resource.data ? about(resource.data) : "\u00a0"}</p>
        </div>
        <div class="tools">
          {tools}
          {csv && (
            <a class="btn soft" href={csv} download aria-label={say("csv.of", { title })}>
              {say("csv")}
            </a>
          )}
        </div>
      </header>
      <Body {...props} />
    </section>
  );
}

export interface SwitchProps<K extends string> {
  label: string;
  options: readonly (readonly [K, string])[];
  value: K;
  onChange: (value: K) => void;
}

/** Two or three choices side by side; the pressed one says so. */
export function Switch<K extends string>({ label, options, value, onChange }: SwitchProps<K>) {
  return (
    <fieldset class="switch">
      <legend class="unseen">{label}</legend>
      {options.map(([key, name]) => (
        <button type="button" key={key} aria-pressed={key === value} onClick={() => onChange(key)}>
          {name}
        </button>
      ))}
    </fieldset>
  );
}
