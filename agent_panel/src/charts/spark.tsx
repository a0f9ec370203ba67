// A figure's trend as one small line: shape only. The values are in the figure, its table and its own page.

import { SPARK_HEIGHT, SPARK_WIDTH, sparkPaths } from "./shapes.ts";

export function Spark({ values }: { values: readonly (number | null)[] }) {
  const { lines, last } = sparkPaths(values);
  if (!last) return null;
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      {lines.map((d) => (
        <path key={d} class="stroke-accent" d={d} vector-effect="non-scaling-stroke" />
      ))}
    </svg>
  );
}
