// Which sites may embed the widget, and the line that does it.
import { CopyButton } from "../../ui/parts/CopyButton.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { fixedBy } from "../parts/Languages.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { TextArea } from "../parts/TextField.tsx";
import { changeSites, readSites, type Sites } from "../state/desk.ts";
import words from "../words/sites.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "sites";
const SNIPPET = `<script async src="${location.origin}/widget.js"></script>`;

function SitesPage() {
  const [loaded, again, put] = useLoad(KEY, readSites);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Show loaded={loaded} retry={again}>
        {({ sites: there }) => <Editor there={there} again={again} done={(sites) => put({ sites })} />}
      </Show>
      <Embed />
    </>
  );
}

const linesOf = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function Editor({ there, again, done }: { there: Sites; again: () => void; done: (sites: Sites) => void }) {
  const form = useForm(
    `${KEY}/${there.version}`,
    { text: there.origins.join("\n") },
    ({ text }) => changeSites(linesOf(text), there.version),
    (answer) => done(answer.sites),
  );
  const fixed = fixedBy(there.set_by, "origins");
  return (
    <Form form={form} fields={["origins"]} onReload={again}>
      <Box title={say("origins")}>
        <TextArea
          label={say("origins")}
          hint={fixed ?? say("origins.hint")}
          error={sentence(form.error, "origins")}
          rows={6}
          spellcheck={false}
          readOnly={Boolean(fixed)}
          value={form.draft.text}
          set={(text) => form.set({ text })}
        />
        {there.origins.length === 0 && <p class="note">{say("none")}</p>}
      </Box>
    </Form>
  );
}

function Embed() {
  return (
    <Box
      title={say("embed")}
      about={say("embed.about")}
      tools={<CopyButton text={SNIPPET} words={say("copy")} done={say("copied")} />}
    >
      <code class="snippet">{SNIPPET}</code>
      <p class="small mut">{say("embed.department")}</p>
    </Box>
  );
}

export const sites: AdminPage = { key: KEY, title: say("title"), group: "customers", Page: SitesPage };
