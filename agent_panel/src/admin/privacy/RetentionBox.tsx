// Days by class for the desk and for departments that want others, with a look at what would go.
import { useEffect, useState } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import { Table } from "../parts/Table.tsx";
import { TextField } from "../parts/TextField.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { daysOf, departmentDays, typedOf } from "./days.ts";
import { CLASSES, changeDays, DESK, type Department, type Retention, type Row, runRetention } from "./orders.ts";
import { Where } from "./Where.tsx";

const say = wordsOf(words);
interface Props {
  there: Retention;
  departments: Department[];
  again: () => void;
  done: (retention: Retention) => void;
}

export function RetentionBox({ there, departments, again, done }: Props) {
  const form = useForm(
    `retention/${there.version}`,
    typedOf(there, departments),
    (all) => changeDays(daysOf(all, DESK), departmentDays(all, departments), there.version),
    ({ retention }) => done(retention),
  );
  const [at, setAt] = useState(DESK);
  const { draft, set, error } = form;
  // An error is about one of the places; it is shown with its sentence.
  const wrong = Object.keys(draft).find((name) => sentence(error, name) !== null);
  useEffect(() => {
    if (wrong) setAt(wrong.slice(0, wrong.lastIndexOf(".")));
  }, [wrong]);
  const hasOwn = ({ id }: Department): boolean => Object.keys(daysOf(draft, `departments.${id}`)).length > 0;
  return (
    <Form form={form} fields={Object.keys(draft)} onReload={again}>
      <Box title={say("retention")} about={say("retention.about")}>
        <Where departments={departments} at={at} pick={setAt} own={hasOwn} />
        <div class="fields">
          {CLASSES.map((kind) => (
            <TextField
              key={`${at}.${kind}`}
              label={say(`class.${kind}`)}
              hint={say(at === DESK ? "retention.empty" : "retention.own")}
              error={sentence(error, `${at}.${kind}`) && say("retention.wrong")}
              inputMode="numeric"
              class="num"
              maxLength={9}
              value={draft[`${at}.${kind}`] ?? ""}
              set={(days) => set({ [`${at}.${kind}`]: days })}
            />
          ))}
        </div>
        <Report departments={departments} />
      </Box>
    </Form>
  );
}

function Report({ departments }: { departments: Department[] }) {
  const [rows, setRows] = useState<Row[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const ask = async (): Promise<void> => {
    const answer = await runRetention(true);
    setError(answer.ok ? null : answer.error);
    setRows(answer.ok ? answer.report : null);
  };
  const nameOf = (id: string | null) => departments.find((each) => each.id === id)?.name ?? say("retention.none");
  const columns = [
    { name: say("column.department"), cell: (row: Row) => nameOf(row.department) },
    { name: say("column.class"), cell: (row: Row) => say(`class.${row.class}`) },
    {
      name: say("column.goes"),
      cell: ({ counts }: Row) =>
        Object.entries(counts)
          .map(([what, n]) => `${n} ${say(`counts.${what}` as "counts.chats")}`)
          .join(", "),
    },
  ];
  return (
    <>
      <p>
        <button type="button" class="btn quiet" onClick={ask}>
          {say("retention.look")}
        </button>
      </p>
      <div role="status">
        {error && <p class="error">{error.message}</p>}
        {rows?.length === 0 && <p class="note">{say("retention.nothing")}</p>}
      </div>
      {rows && rows.length > 0 && (
        <Table
          caption={say("retention.look")}
          columns={columns}
          rows={rows}
          keyOf={(row) => `${row.department}/${row.class}`}
        />
      )}
    </>
  );
}
