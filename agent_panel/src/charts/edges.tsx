// Parts that the kit's pages with steps and several scales need: labels under edges, and stacked panels, and rows with long names.

import type { ComponentChildren } from "preact";
import { Row } from "./rows.tsx";
import { type Domain, PlotContext, rowOf, usePlot, xOf } from "./scales.ts";
import { everyNth } from "./ticks.ts";

/** About what a letter of the axis takes, in px. */
const LETTER_PX = 6.6;

export interface Mark {
  /** On the x scale. */
  at: number;
  label: string;
}

/** Labels anywhere under a chart; so many as fit without touching, evenly picked. */
export function MarkAxis({ marks }: { marks: readonly Mark[] }) {
  const plot = usePlot();
  const longest = Math.max(1, ...marks.map(({ label }) => label.length));
  const shown = everyNth(marks.length, plot.right - plot.left, longest * LETTER_PX + 10);
  return (
    <g class="axis">
      {shown.map((i) => (
        <text key={i} x={xOf(plot, marks[i]?.at ?? 0)} y={plot.bottom + 18} text-anchor="middle">
          {marks[i]?.label}
        </text>
      ))}
    </g>
  );
}

/** Labels under the edges 0..n between slices of width 1. */
export function EdgeAxis({ labels }: { labels: readonly string[] }) {
  return <MarkAxis marks={labels.map((label, at) => ({ at, label }))} />;
}

export interface PanelProps {
  /** One of the chart's rows. */
  name: string;
  /** Stands above the panel. */
  title: string;
  y: Domain;
  children: ComponentChildren;
}

const TITLE_PX = 18;

/** A row with a value scale of its own and its title above: for measures that share x and nothing else. */
export function Panel({ name, title, y, children }: PanelProps) {
  const plot = usePlot();
  const stripe = rowOf(plot, name);
  if (!stripe) return null;
  return (
    <g>
      <PlotContext.Provider value={{ ...plot, ...stripe, top: stripe.top + TITLE_PX, y, rows: [] }}>
        {children}
      </PlotContext.Provider>
      <text class="row-name" x={plot.left} y={stripe.top + 10}>
        {title}
      </text>
    </g>
  );
}

/** `text` in at most `letters`, the end given up where it must. */
export function clipped(text: string, letters: number): string {
  const all = [...text];
  return all.length <= letters
    ? text
    : `${all
        .slice(0, Math.max(1, letters - 1))
        .join("")
        .trimEnd()}…`;
}

export interface NamedRowProps {
  name: string;
  title: string;
  note?: string;
  children: ComponentChildren;
}

/** A row whose title is cut to the room at the left. */
export function NamedRow({ name, title, note, children }: NamedRowProps) {
  const letters = Math.floor((usePlot().left - 12) / LETTER_PX);
  return (
    <Row name={name} title={clipped(title, letters)} note={note}>
      {children}
    </Row>
  );
}

/** Marks that begin so many px above the rows: the name of an upright line then stands over them, not in them. */
export function Lifted({ px, children }: { px: number; children: ComponentChildren }) {
  const plot = usePlot();
  return <PlotContext.Provider value={{ ...plot, top: plot.top - px }}>{children}</PlotContext.Provider>;
}
