// A chart that can be read: hover, arrow keys with a cursor, and a polite live region that says the value.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Drawn, draw, type PlotOptions } from "./draw.ts";
import { move, nearest, type Stop } from "./reading.ts";

export interface PlottedProps {
  /** The accessible name: what is drawn and how to read it. */
  label: string;
  /** Said before anything is read. */
  hint: string;
  stops: Stop[];
  options: (width_px: number) => PlotOptions;
}

/** While the page is being laid out a frame may be narrower than its axis labels; then there is nothing to draw. */
const LEAST_PX = 160;

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a stop lies on the drawn chart, in pixels. */
function placeOf(drawn: Drawn, stop: Stop): Place | null {
  const x = drawn.scale("x");
  const y = drawn.scale("y");
  if (!x || !y) return null;
  const left = Number(x.apply(stop.from));
  const width = Math.max(2, Number(x.apply(stop.to)) - left);
  const [y1 = 0, y2 = 0] = y.range as number[];
  const rows = drawn.scale("fy");
  if (stop.row === undefined || !rows) return { left, width, top: Math.min(y1, y2), height: Math.abs(y1 - y2) };
  return { left, width, top: Number(rows.apply(stop.row)), height: rows.bandwidth ?? 0 };
}

function stopAt(drawn: Drawn, stops: Stop[], px: number, py: number): number | null {
  const x = drawn.scale("x");
  if (!x?.invert) return null;
  const rows = drawn.scale("fy");
  const row = rows?.domain
    ? ([...rows.domain] as string[]).find((name) => {
        const top = Number(rows.apply(name));
        return py >= top && py <= top + (rows.bandwidth ?? 0) + 6;
      })
    : undefined;
  if (rows && row === undefined) return null;
  return nearest(stops, Number(x.invert(px)), row);
}

/** The width of an element, followed as it changes. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

export function Plotted({ label, hint, stops, options }: PlottedProps) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const width = useWidth(canvas);
  const [at, setAt] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const [place, setPlace] = useState<Place | null>(null);

  useLayoutEffect(() => {
    if (width < LEAST_PX || !canvas.current) return;
    drawn.current = draw(options(width));
    canvas.current.replaceChildren(drawn.current);
  }, [width, options]);

  useEffect(() => {
    setAt(null);
    setSaid("");
  }, [stops]);

  const stop = at === null ? undefined : stops[at];
  useLayoutEffect(() => {
    setPlace(drawn.current && stop ? placeOf(drawn.current, stop) : null);
  }, [stop, width]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape") return setAt(null);
    const next = move(stops, at, event.key);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    setSaid(stops[next]?.text ?? "");
  }

  function onPointer(event: PointerEvent) {
    const box = canvas.current?.getBoundingClientRect();
    if (!box || !drawn.current) return;
    setAt(stopAt(drawn.current, stops, event.clientX - box.left, event.clientY - box.top));
  }

  return (
    <div class="plotted">
      <div
        ref={frame}
        class="reader"
        role="application"
        aria-roledescription="chart"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the chart, so it takes the focus
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={() => setAt(null)}
      >
        <div ref={canvas} class="canvas" />
        {place && (
          <div
            class="cursor"
            style={{
              left: `${place.left}px`,
              top: `${place.top}px`,
              width: `${place.width}px`,
              height: `${place.height}px`,
            }}
          />
        )}
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
