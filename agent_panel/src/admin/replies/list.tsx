// All ready answers and scripts: what is typed for them, what they say, and where they are offered.

import { List, ListPage } from "../parts/ListPage.tsx";
import { Link } from "../parts/Page.tsx";
import type { Column } from "../parts/Table.tsx";
import { type Department, listReplies, type Reply, withDepartments } from "../state/api.ts";
import words from "../words/replies.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const PAGE = "replies";

export function All() {
  return (
    <ListPage
      page={PAGE}
      say={say}
      load={() => withDepartments(listReplies())}
      isEmpty={({ replies }) => replies.length === 0}
    >
      {({ replies, departments }) => (
        <List
          say={say}
          columns={columns(departments)}
          rows={replies}
          keyOf={({ id }) => id}
          textOf={({ shortcut, title, body }) => `/${shortcut} ${title} ${body}`}
        />
      )}
    </ListPage>
  );
}

function columns(departments: readonly Department[]): Column<Reply>[] {
  const names = new Map(departments.map(({ id, name }) => [id, name]));
  return [
    {
      name: say("column.shortcut"),
      cell: ({ id, shortcut, title }) => (
        <>
          <Link page={PAGE} id={id}>
            /{shortcut}
          </Link>
          <span class="sub" dir="auto">
            {title}
          </span>
        </>
      ),
    },
    { name: say("column.text"), class: "wide-cell", cell: (reply) => <Text reply={reply} /> },
    {
      name: say("column.where"),
      cell: ({ department }) =>
        department === null ? say("where.all") : (names.get(department) ?? say("where.gone", { id: department })),
    },
  ];
}

function Text({ reply: { body, steps } }: { reply: Reply }) {
  return (
    <>
      <span class="two-lines" dir="auto">
        {body}
      </span>
      {steps.length > 0 && <span class="sub">{say("steps.n", { n: steps.length + 1 })}</span>}
    </>
  );
}
