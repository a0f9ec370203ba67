// The chart kit: everything a page needs to draw a chart that can be read by eye, by pointer, by keyboard and by ear.
//
// A chart is one <Chart> with marks inside. It gives the marks their scales, follows the width of its place, shows the
// cursor, and says the value under it. A page passes plain numbers; marks take what is unknown as null and leave a hole.
//
//   <Chart label="Waits …" hint="Use the arrow keys …" stops={stops} x={[0, slices.length]} y={[0, top_s]}>
//     <ValueAxis ticks={durationTicks(top_s)} format={clock} />
//     <Band points={[{ x: 0.5, low: 22, high: 94 }, { x: 1.5, low: null, high: null }]} />
//     <Line points={[{ x: 0.5, y: 22 }, { x: 1.5, y: null }]} />
//     <Target at={90} name="target 90 s" />
//     <SliceAxis labels={["Mon", "Tue"]} />
//   </Chart>
//
// Chart        the frame: `x` and `y` are the domains, `height` in px, `stops` what can be read (reading.ts): stretches of x,
//              each with its sentence; `rows` stacks rows of equal height, then a stop names its row. `edge` sets margins.
// Row          inside a Chart with rows: marks in it are drawn in that row. `name` at the left, `note` at the right.
// ValueAxis    horizontal lines with words at the left: `ticks` in units of y, `format`. countTicks, durationTicks,
//              shareTicks (ticks.ts) give round ones.
// SliceAxis    one label under each slice 0..n-1 of width 1, as many as fit. NumberAxis: ticks anywhere on x.
// Bars         rectangles {from, to, low?, high, tone}: bars, stacked bars, stretches. Never thinner than they can be seen.
// Step         a staircase {from, to, value}: a line along the top of the stretches; a null value leaves a hole.
// Line, Band   through points {x, y} / {x, low, high}; a null breaks them, a lone point becomes a dot / a stroke.
// Dots         {x, y, beyond?}: `beyond` is drawn as a triangle at the top, for what is larger than the scale.
// Target       a dashed line at `at` over the whole width with its name; `across="x"` makes it stand upright.
// HeatCells    in a Chart with rows: {row, column, shade 0..5 or null, text}: a number in each cell, colour only helps.
// Intervals    in a Chart with rows: {row, low, value, high, tone}: a whisker from low to high, a dot at value.
// Spark        a small line without axes or keys, for a figure's trend; the figure itself says the values.
// Legend       what tones mean. Tones: "accent" "single" "gap" (hatched) "open" "soft" "ink" "red" "green".
// ValueTable   the table behind the chart, folded away, in pages of 50 (table.tsx).
//
// The colours live in charts.css (.tone-…, .shade-…), so that both schemes and forced colours follow the page.

export { NumberAxis, SliceAxis, ValueAxis } from "./axis.tsx";
export { Chart, type ChartProps, type Edge } from "./chart.tsx";
export { Legend, type LegendEntry } from "./legend.tsx";
export { Band, Bars, Dots, Line, Step, Target } from "./marks.tsx";
export type { Stop } from "./reading.ts";
export { HeatCells, Intervals, Row } from "./rows.tsx";
export type { Tone } from "./scales.ts";
export { Spark } from "./spark.tsx";
export { ValueTable } from "./table.tsx";
export { countTicks, durationTicks, everyNth, shareTicks } from "./ticks.ts";
