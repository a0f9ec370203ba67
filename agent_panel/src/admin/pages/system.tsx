// What the desk runs on, whether it is ready, and which settings are in effect.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Check } from "../parts/Check.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { type Running, readSystem } from "../state/desk.ts";
import { session } from "../state/store.ts";
import words from "../words/system.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });

function System() {
  const [loaded, again] = useLoad("system", readSystem);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Show loaded={loaded} retry={again}>
        {(running) => (
          <>
            <Server running={running} />
            <Settings settings={running.settings} />
          </>
        )}
      </Show>
    </>
  );
}

function Server({ running }: { running: Running }) {
  const { record, queue, mail } = running;
  const current = session.value;
  return (
    <Box title={say("where")}>
      <dl class="facts">
        <Fact name={say("version")}>{running.version}</Fact>
        <Fact name={say("python")}>{running.python}</Fact>
        <Fact name={say("url")}>{running.public_url}</Fact>
        <Fact name={say("time")}>{moment.format(new Date(running.server_time))}</Fact>
        {current.state === "ready" && <Fact name={say("zone")}>{current.desk.tz}</Fact>}
        <Fact name={say("record")}>
          {say(`record.${record.engine}`)} <State on={record.ready} />
        </Fact>
        <Fact name={say("queue")}>
          {say(`queue.${queue.engine}`)} <State on={queue.ready} />
        </Fact>
        <Fact name={say("servers")}>{running.servers}</Fact>
        <Fact name={say("mail")}>{say(mail.smtp ? "mail.smtp" : "mail.maildir")}</Fact>
        <Fact name={say("inbound")}>{say(mail.inbound ? "inbound.on" : "inbound.off")}</Fact>
        <Fact name={say("backup")}>{say("backup.text")}</Fact>
      </dl>
    </Box>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const State = ({ on }: { on: boolean }) => <span class={on ? "light g" : "light r"}>{say(on ? "ready" : "away")}</span>;

type Setting = Running["settings"][number];

const COLUMNS: Column<Setting>[] = [
  {
    name: say("column.name"),
    cell: ({ name, description }) => (
      <>
        <code>{name}</code>
        <span class="sub">{description}</span>
      </>
    ),
  },
  { name: say("column.value"), cell: ({ value }) => <span dir="auto">{value ?? say("unset")}</span> },
  { name: say("column.source"), cell: ({ source }) => say(`source.${source}`) },
];

function Settings({ settings }: { settings: Setting[] }) {
  const [all, setAll] = useState(false);
  const shown = settings.filter(({ source }) => all || source !== "default");
  return (
    <Box title={say("settings")} about={say("settings.about")}>
      <Check checked={all} set={setAll}>
        {say("all")}
      </Check>
      {shown.length === 0 ? (
        <Empty title={say("nothing")} />
      ) : (
        <Table caption={say("settings")} columns={COLUMNS} rows={shown} keyOf={({ name }) => name} />
      )}
    </Box>
  );
}

export const system: AdminPage = { key: "system", title: say("title"), group: "machine", Page: System };
