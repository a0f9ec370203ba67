// What a chart's colours and patterns mean.

export interface LegendEntry {
  /** A swatch of charts.css: a tone, or "band", "line", "longest" (a dot), "target" (a dashed line). */
  swatch: string;
  name: string;
}

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(({ swatch, name }) => (
        <li key={name}>
          <i class={swatch} />
          {name}
        </li>
      ))}
    </ul>
  );
}
