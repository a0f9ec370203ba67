// What a ready answer says, and the further steps that make a script of it.
import { Icon } from "../../ui/parts/Icon.tsx";
import { Choice } from "../parts/Choice.tsx";
import { type Part, sentence } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { Box } from "../parts/Page.tsx";
import { TextArea, TextField } from "../parts/TextField.tsx";
import { useRowFocus } from "../parts/useRowFocus.ts";
import type { Department, Reply } from "../state/api.ts";
import words from "../words/replies.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const VARIABLES = ["{visitor.name}", "{agent.name}", "{department.name}", "{ticket.number}"];

export type Draft = Omit<Reply, "id" | "version">;

export function TextBox({ departments, ...form }: Part<Draft> & { departments: readonly Department[] }) {
  const { draft, error, set } = form;
  const field = fieldsOf(words, form);
  const shown = departments.filter(({ id, closed_at }) => closed_at === null || id === draft.department);
  return (
    <Box title={say("text.title")}>
      <div class="fields">
        <TextField {...field("shortcut")} autocapitalize="none" spellcheck={false} maxLength={41} />
        <TextField
          label={say("heading")}
          hint={say("heading.hint")}
          error={sentence(error, "title")}
          dir="auto"
          maxLength={200}
          value={draft.title}
          set={(title) => set({ title })}
        />
        <div class="whole">
          <TextArea
            label={say(draft.steps.length > 0 ? "body.script" : "body")}
            hint={`${say("body.hint")} ${VARIABLES.join(" ")}`}
            error={sentence(error, "body")}
            dir="auto"
            rows={5}
            value={draft.body}
            set={(body) => set({ body })}
          />
        </div>
        <Choice
          label={say("department")}
          hint={say("department.hint")}
          error={sentence(error, "department")}
          value={draft.department ?? ""}
          options={[["", say("where.all")], ...shown.map(({ id, name }): [string, string] => [id, name])]}
          set={(department) => set({ department: department || null })}
        />
      </div>
    </Box>
  );
}

export function ScriptBox({ draft: { steps }, error, set }: Part<Draft>) {
  const { around, added, removed } = useRowFocus();
  return (
    <Box title={say("script.title")} about={say("script.about")}>
      <div class="steps" ref={around}>
        {steps.map((step, n) => (
          <div key={n} class="step" data-row>
            <TextArea
              label={say("step", { n: n + 2 })}
              error={sentence(error, `steps.${n}`)}
              dir="auto"
              rows={3}
              value={step}
              set={(typed) => set({ steps: steps.map((one, other) => (other === n ? typed : one)) })}
            />
            <button
              type="button"
              class="btn plain square"
              aria-label={say("step.remove", { n: n + 2 })}
              onClick={() => {
                set({ steps: steps.filter((_, other) => other !== n) });
                removed();
              }}
            >
              <Icon name="hide" />
            </button>
          </div>
        ))}
        <button
          type="button"
          class="btn quiet small-btn"
          data-add
          onClick={() => {
            set({ steps: [...steps, ""] });
            added();
          }}
        >
          <Icon name="plus" />
          {say("step.add")}
        </button>
      </div>
      {error?.field === "steps" && <p class="error">{error.message}</p>}
    </Box>
  );
}
