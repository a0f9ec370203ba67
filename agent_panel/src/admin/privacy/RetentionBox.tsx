// Days by class for the desk and for departments that want others, with a look at what would go.
import { useState } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import { Table } from "../parts/Table.tsx";
import { TextField } from "../parts/TextField.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { CLASSES, changeDays, type Days, type Department, type Retention, type Row, runRetention } from "./orders.ts";

const say = wordsOf(words);
type Typed = Record<string, string>;

interface Props {
  there: Retention;
  departments: Department[];
  again: () => void;
  done: (retention: Retention) => void;
}

/** The desk's fields are "desk.files", a department's "departments.sales.files". */
function typed({ there, departments }: Props): Typed {
  const text = (days: number | null | undefined): string => (days == null ? "" : String(days));
  const all: Typed = {};
  for (const kind of CLASSES) all[`desk.${kind}`] = text(there.desk[kind]);
  for (const { id } of departments)
    for (const kind of CLASSES) {
      const own = there.departments[id] ?? {};
      all[`departments.${id}.${kind}`] = own[kind] === null ? "0" : text(own[kind]);
    }
  return all;
}

/** For the desk nothing is "for ever"; for a department nothing is "as the desk" and 0 is "for ever". */
function daysOf(all: Typed, at: string): Days {
  const days: Days = {};
  for (const kind of CLASSES) {
    const said = all[`${at}.${kind}`] ?? "";
    if (at === "desk") days[kind] = said === "" ? null : Number(said);
    else if (said !== "") days[kind] = said === "0" ? null : Number(said);
  }
  return days;
}

export function RetentionBox(props: Props) {
  const { there, departments, again, done } = props;
  const form = useForm(
    `retention/${there.version}`,
    typed(props),
    (all) => {
      const own = departments.map(({ id }): [string, Days | null] => {
        const days = daysOf(all, `departments.${id}`);
        return [id, Object.keys(days).length ? days : null];
      });
      return changeDays(daysOf(all, "desk"), Object.fromEntries(own), there.version);
    },
    ({ retention }) => done(retention),
  );
  const row = (at: string) =>
    CLASSES.map((kind) => {
      const name = `${at}.${kind}`;
      return (
        <TextField
          key={name}
          label={say(`class.${kind}`)}
          error={sentence(form.error, name)}
          type="number"
          min={at === "desk" ? 1 : 0}
          max={36500}
          value={form.draft[name] ?? ""}
          set={(days) => form.set({ [name]: days })}
        />
      );
    });
  return (
    <Form form={form} fields={Object.keys(form.draft)} onReload={again}>
      <Box title={say("retention")} about={say("retention.about")}>
        <div class="fields">{row("desk")}</div>
        {departments.map(({ id, name }) => (
          <details key={id}>
            <summary>{say("retention.department", { name })}</summary>
            <p class="tiny">{say("retention.own")}</p>
            <div class="fields">{row(`departments.${id}`)}</div>
          </details>
        ))}
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
