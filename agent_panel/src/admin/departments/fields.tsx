// What a department is called, its zone, its topics and what it promises.
import { Choice } from "../parts/Choice.tsx";
import { type Part, sentence } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { Box } from "../parts/Page.tsx";
import { TextArea, TextField } from "../parts/TextField.tsx";
import { ZoneField } from "../parts/ZoneField.tsx";
import type { Defaults } from "../state/api.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import type { Draft } from "./draft.ts";

const say = wordsOf(words);

export function GeneralBox({ isNew, ...form }: Part<Draft> & { isNew: boolean }) {
  const field = fieldsOf(words, form);
  return (
    <Box title={say("general.title")}>
      <div class="fields">
        <TextField {...field("name")} dir="auto" maxLength={80} />
        {isNew && (
          <TextField
            {...field("id")}
            maxLength={40}
            placeholder={say("id.auto")}
            autocapitalize="none"
            spellcheck={false}
          />
        )}
        <ZoneField {...field("tz")} />
        <div class="whole">
          <TextArea {...field("topics")} dir="auto" rows={isNew ? 3 : 4} />
        </div>
      </div>
    </Box>
  );
}

interface TypedProps {
  value: string;
  error: string | null;
  set: (value: string) => void;
}

const TIERS: readonly [string, string][] = [
  ["1", say("tiers.1")],
  ["2", say("tiers.2")],
  ["3", say("tiers.3")],
];

export function TargetsBox({ draft, error, set, defaults }: Part<Draft> & { defaults: Defaults }) {
  return (
    <Box title={say("targets.title")} about={say("targets.about")}>
      <div class="fields">
        <Amount
          label={say("target.service")}
          unit={say("unit.seconds")}
          hint={say("target.service.hint", { n: defaults.service_target_s })}
          value={draft.service_target}
          error={sentence(error, "service_target_s") && say("target.service.wrong")}
          set={(service_target) => set({ service_target })}
        />
        <Amount
          label={say("target.news")}
          unit={say("unit.hours")}
          hint={say("target.news.hint", { n: defaults.first_news_s / 3600 })}
          value={draft.first_news}
          error={sentence(error, "first_news_s") && say("target.news.wrong")}
          set={(first_news) => set({ first_news })}
        />
        <Choice
          label={say("tiers")}
          hint={say("tiers.hint")}
          error={sentence(error, "tiers")}
          value={String(draft.tiers)}
          options={TIERS}
          set={(tiers) => set({ tiers: Number(tiers) })}
        />
        {draft.tiers > 1 && (
          <Amount
            label={say("target.tier")}
            unit={say("unit.minutes")}
            hint={say("target.tier.hint", { n: defaults.escalate_after_s / 60 })}
            value={draft.escalate_after}
            error={sentence(error, "escalate_after_s") && say("target.tier.wrong")}
            set={(escalate_after) => set({ escalate_after })}
          />
        )}
      </div>
    </Box>
  );
}

function Amount({ label, unit, ...field }: TypedProps & { label: string; unit: string; hint: string }) {
  return (
    <TextField
      label={`${label} (${unit})`}
      inputMode="decimal"
      class="num"
      maxLength={20}
      placeholder={say("target.default")}
      {...field}
    />
  );
}
