// The frame of a chart: its scales, its cursor, and the words for the value under it. The parts are named in kit.ts.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { move, nearest, type Stop } from "./reading.ts";
import { type Domain, type Plot, PlotContext, rowAt, rowOf, valueAt, xOf } from "./scales.ts";

/** Room around the marks, in px. */
export interface Edge {
  left?: number;
  right?: number;
  top?: number;
  bottom?: number;
}

export interface ChartProps {
  /** The accessible name: what is drawn, and in which unit. */
  label: string;
  /** Said before anything is read. */
  hint: string;
  stops: readonly Stop[];
  x: Domain;
  y?: Domain;
  rows?: readonly string[];
  height?: number;
  edge?: Edge;
  children: ComponentChildren;
}

/** While the page is being laid out a frame may be narrower than its axis labels; then there is nothing to draw. */
const LEAST_PX = 160;
const NO_ROWS: readonly string[] = [];

function plotOf(width: number, height: number, { x, y = [0, 1], rows = NO_ROWS, edge = {} }: ChartProps): Plot {
  const { left = 48, right = 8, top = 12, bottom = 28 } = edge;
  return { left, right: width - right, top, bottom: height - bottom, x, y, rows };
}

/** Where a stop lies on the chart, in px. */
function cursorOf(plot: Plot, stop: Stop): { left: number; top: number; width: number; height: number } {
  const left = xOf(plot, stop.from);
  const width = Math.max(2, xOf(plot, stop.to) - left);
  const { top, bottom } = (stop.row === undefined ? null : rowOf(plot, stop.row)) ?? plot;
  return { left, width, top, height: bottom - top };
}

/** The width of an element, followed as it changes. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    setWidth(Math.floor(box.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** What is read now: by keys it is also said, by pointer only shown. */
function useReading(stops: readonly Stop[], plot: Plot) {
  const [at, setAt] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    setAt(null);
    setSaid("");
  }, [stops]);
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") return setAt(null);
    const next = move(stops, at, event.key);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    setSaid(stops[next]?.text ?? "");
  }
  function onPointer(event: PointerEvent & { currentTarget: HTMLElement }) {
    const box = event.currentTarget.getBoundingClientRect();
    const row = plot.rows.length ? rowAt(plot, event.clientY - box.top) : undefined;
    setAt(nearest(stops, valueAt(plot, event.clientX - box.left), row));
  }
  return { stop: at === null ? undefined : stops[at], said, onKeyDown, onPointer, leave: () => setAt(null) };
}

function Cursor({ plot, stop }: { plot: Plot; stop: Stop }) {
  const { left, top, width, height } = cursorOf(plot, stop);
  const style = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
  return <div class="cursor" style={style} />;
}

export function Chart(props: ChartProps) {
  const { label, hint, stops, height = 240, children } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const plot = plotOf(width, height, props);
  const { stop, said, onKeyDown, onPointer, leave } = useReading(stops, plot);
  return (
    <div class="plotted">
      <div
        ref={frame}
        class="reader"
        role="application"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the values are read with the arrow keys
        tabIndex={0}
        style={{ height: `${height}px` }}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={leave}
      >
        {width >= LEAST_PX && (
          // The words are in the reading line and in the table; the shapes alone would only be noise.
          <svg class="chart" width={width} height={height} aria-hidden="true" focusable="false">
            <PlotContext.Provider value={plot}>{children}</PlotContext.Provider>
          </svg>
        )}
        {stop && width >= LEAST_PX && <Cursor plot={plot} stop={stop} />}
      </div>
      <p class="readout num" aria-hidden="true">
        {stop ? stop.text : hint}
      </p>
      <p class="unseen" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
