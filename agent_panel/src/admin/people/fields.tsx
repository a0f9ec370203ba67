// Who somebody is, where they work, and what they may.
import { Segments } from "../../ui/parts/Segments.tsx";
import { Check } from "../parts/Check.tsx";
import { Choice } from "../parts/Choice.tsx";
import { DepartmentChecks } from "../parts/DepartmentChecks.tsx";
import { type Part, sentence } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { Box } from "../parts/Page.tsx";
import { TextField } from "../parts/TextField.tsx";
import type { Department } from "../state/api.ts";
import words from "../words/people.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import type { Draft } from "./draft.ts";

const say = wordsOf(words);
const TIERS: readonly [string, string][] = [
  ["1", "1"],
  ["2", "2"],
  ["3", "3"],
];

export function WhoBox({ isNew, ...form }: Part<Draft> & { isNew: boolean }) {
  const { draft, error, set } = form;
  const field = fieldsOf(words, form);
  const wrong = sentence(error, "role");
  return (
    <Box title={say("who.title")}>
      <div class="fields">
        <TextField {...field("name")} dir="auto" maxLength={80} autocomplete="off" />
        <TextField
          {...field("email")}
          hint={say(isNew ? "email.hint" : "email.change")}
          type="email"
          autocomplete="off"
        />
        <div class="whole">
          <Segments
            legend={say("role")}
            value={draft.role}
            options={[
              ["agent", say("role.agent")],
              ["manager", say("role.manager")],
              ["admin", say("role.admin")],
            ]}
            pick={(role) => set({ role })}
          />
          <p class="tiny role-means">{say(`role.${draft.role}.means`)}</p>
          {wrong && <p class="error">{wrong}</p>}
        </div>
      </div>
    </Box>
  );
}

export function WorkBox({ departments, ...form }: Part<Draft> & { departments: readonly Department[] }) {
  const { draft, error, set } = form;
  const field = fieldsOf(words, form);
  return (
    <Box title={say("work.title")}>
      <div class="fields">
        <DepartmentChecks
          departments={departments}
          chosen={draft.departments}
          hint={say(`departments.hint.${draft.role}`)}
          error={sentence(error, "departments")}
          set={(chosen) => set({ departments: chosen })}
        />
        <TextField {...field("capacity")} class="num" inputMode="numeric" maxLength={20} />
        <Choice
          label={say("tier")}
          hint={say("tier.hint")}
          error={sentence(error, "tier")}
          value={String(draft.tier)}
          options={TIERS}
          set={(tier) => set({ tier: Number(tier) })}
        />
        {draft.role !== "agent" && (
          <Check class="whole" checked={draft.weekly_report} set={(weekly_report) => set({ weekly_report })}>
            {say("weekly")}
          </Check>
        )}
      </div>
    </Box>
  );
}

export function PasswordBox(form: Part<Draft>) {
  const { draft, set } = form;
  const field = fieldsOf(words, form);
  return (
    <Box title={say("password.title")}>
      <Segments
        legend={say("password.how")}
        value={draft.sets_password}
        options={[
          [false, say("password.mail")],
          [true, say("password.set")],
        ]}
        pick={(sets_password) => set({ sets_password })}
      />
      {draft.sets_password ? (
        <div class="fields">
          <TextField {...field("password")} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </div>
      ) : (
        <p class="small mut">{say("password.mail.note")}</p>
      )}
    </Box>
  );
}

export function RightsBox({ draft, error, set }: Part<Draft>) {
  return (
    <Box title={say("rights.title")} about={say("rights.about")}>
      <div class="fields">
        <TextField
          label={say("ends")}
          hint={say("ends.hint")}
          error={sentence(error, "ends_at")}
          type="date"
          value={draft.last_day}
          set={(last_day) => set({ last_day })}
        />
        <div class="checks">
          <Check checked={draft.may_search} set={(may_search) => set({ may_search })}>
            {say("search.may")}
          </Check>
          <Check checked={draft.may_export} set={(may_export) => set({ may_export })}>
            {say("export.may")}
          </Check>
        </div>
      </div>
    </Box>
  );
}
