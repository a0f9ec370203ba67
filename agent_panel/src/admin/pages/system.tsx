// What the desk runs on.
import { type AdminPage, Box, Head } from "../parts/Page.tsx";
import { session } from "../state/store.ts";
import words from "../words/system.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);

function System() {
  const current = session.value;
  if (current.state !== "ready") return null;
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Box title={say("where")} about={say("where_about")}>
        <dl class="facts">
          <dt>{say("version")}</dt>
          <dd>{current.version}</dd>
          <dt>{say("name")}</dt>
          <dd dir="auto">{current.desk.site_name}</dd>
          <dt>{say("zone")}</dt>
          <dd>{current.desk.tz}</dd>
        </dl>
      </Box>
    </>
  );
}

export const system: AdminPage = { key: "system", title: say("title"), group: "machine", Page: System };
