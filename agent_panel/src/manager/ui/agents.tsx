// Figures by agent in alphabetical order: to talk about, not to rank by.

import { csv } from "../net/api.ts";
import { query } from "../state/filters.ts";
import { clock, orTooFew, percent, span } from "../state/measures.ts";
import { adjustedCell, byName, rankCell, ratioCell } from "../state/people.ts";
import { useReport } from "../state/reports.ts";
import { session } from "../state/store.ts";
import type { AgentRow, AgentsReport, Spread } from "../state/wire.ts";
import { say } from "../words/words.ts";
import { Frame } from "./frame.tsx";

/** The sentence where there is nobody to show; to an agent it is about themself. */
export function noneIn({ agents }: AgentsReport): string | null {
  if (agents.length) return null;
  return say(session.value.state === "own" ? "own.empty" : "agents.empty");
}

function Unknown({ n }: { n: number }) {
  return <span class="tiny">{orTooFew(null, n)}</span>;
}

function Pair({ spread, n, write }: { spread: Partial<Spread>; n: number; write: (s: number) => string | null }) {
  const { p50_s = null, p90_s = null } = spread;
  if (p50_s === null) return <Unknown n={n} />;
  return <>{[write(p50_s), p90_s === null ? null : write(p90_s)].filter(Boolean).join(" / ")}</>;
}

function Row({ row }: { row: AgentRow }) {
  return (
    <tr>
      <th scope="row">{row.agent.name}</th>
      <td>{row.n}</td>
      <td>{row.adjusted ? adjustedCell(row) : <Unknown n={row.n} />}</td>
      <td>{ratioCell(row)}</td>
      <td title={row.adjusted && row.rank == null ? say("person.rank.title") : undefined}>{rankCell(row)}</td>
      <td>
        <Pair spread={row.first_reply} n={row.n} write={clock} />
      </td>
      <td>{row.exchanges.p50 ?? <Unknown n={row.n} />}</td>
      <td>
        <Pair spread={row.solution} n={row.n} write={span} />
      </td>
      <td>{row.csat === null ? <Unknown n={row.rated_n} /> : percent(row.csat, 0)}</td>
      <td>{row.rated_n}</td>
    </tr>
  );
}

const COLUMNS = [
  "agent",
  "chats",
  "adjusted",
  "ratio",
  "rank",
  "first_reply",
  "exchanges",
  "solution",
  "csat",
  "rated",
] as const;

function Table({ report }: { report: AgentsReport }) {
  const rows = byName(report.agents);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and must do so by keyboard too
    // biome-ignore lint/a11y/useSemanticElements: a named region around the table, not a group of fields
    <div class="scroll whole" tabIndex={0} role="group" aria-label={say("person.raw")}>
      <table class="num">
        <caption class="unseen">{say("person.raw")}</caption>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th scope="col" key={name}>
                {say(`column.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.agent.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function AgentTable() {
  const agents = useReport<AgentsReport>("agents", query.value);
  return (
    <Frame
      title={say("person.raw")}
      about={(data) => (data.agents.length ? say("person.raw.about", { zone: data.tz }) : data.tz)}
      resource={agents}
      csv={csv("agents", query.value)}
      empty={noneIn}
    >
      {(data) => <Table report={data} />}
    </Frame>
  );
}
