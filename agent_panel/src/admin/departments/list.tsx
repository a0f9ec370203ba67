// All departments: when each is open, who works there, and how it is now.

import { List, ListPage } from "../parts/ListPage.tsx";
import { Link } from "../parts/Page.tsx";
import type { Column } from "../parts/Table.tsx";
import { type Department, listDepartments } from "../state/api.ts";
import { runs } from "../state/week.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const PAGE = "departments";

const COLUMNS: readonly Column<Department>[] = [
  {
    name: say("column.name"),
    cell: ({ id, name }) => (
      <>
        <Link page={PAGE} id={id}>
          <span dir="auto">{name}</span>
        </Link>
        <span class="sub">{id}</span>
      </>
    ),
  },
  { name: say("column.hours"), class: "hours", cell: (department) => <Hours department={department} /> },
  {
    name: say("column.people"),
    class: "nowrap",
    cell: ({ agents }) => (agents === 0 ? say("people.none") : say("people.n", { n: agents })),
  },
  { name: say("column.state"), cell: (department) => <State department={department} /> },
];

export function All() {
  return (
    <ListPage page={PAGE} say={say} load={listDepartments} isEmpty={({ departments }) => departments.length === 0}>
      {({ departments }) => (
        <List
          say={say}
          columns={COLUMNS}
          rows={departments}
          keyOf={({ id }) => id}
          textOf={({ name, id }) => `${name} ${id}`}
          faded={({ closed_at }) => closed_at !== null}
        />
      )}
    </ListPage>
  );
}

function Hours({ department: { hours, tz } }: { department: Department }) {
  if (hours === null) return <>{say("hours.none")}</>;
  return (
    <>
      {runs(hours).map(({ first, last, times }) => (
        <span key={first} class="hours-line num">
          <span class="mut">
            {say(`short.${first}`)}
            {first !== last && `–${say(`short.${last}`)}`}
          </span>{" "}
          {times.map((time, n) => (
            <span key={time}>
              {time}
              {n < times.length - 1 && ", "}
            </span>
          ))}
        </span>
      ))}
      <span class="sub">{tz}</span>
    </>
  );
}

function State({ department: { closed_at, open, agents } }: { department: Department }) {
  if (closed_at !== null) return <span class="light r">{say("state.closed")}</span>;
  if (open && agents === 0) return <span class="light a">{say("state.alone")}</span>;
  return open ? <span class="light g">{say("state.open")}</span> : <span class="light a">{say("state.shut")}</span>;
}
