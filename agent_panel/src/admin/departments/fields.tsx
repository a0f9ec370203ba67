// What a department is called, its zone, its topics and what it promises.
import type { WireError } from "../../net/wire.ts";
import { Field } from "../../ui/parts/Field.tsx";
import { sentence } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import type { Defaults } from "../state/api.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import type { Draft } from "./draft.ts";

const say = wordsOf(words);

interface Props {
  draft: Draft;
  error: WireError | null;
  set: (change: Partial<Draft>) => void;
}

export function GeneralBox({ draft, error, set, isNew }: Props & { isNew: boolean }) {
  return (
    <Box title={say("general.title")}>
      <div class="fields">
        <Field label={say("name")} hint={say("name.hint")} error={sentence(error, "name")}>
          {(ids) => (
            <input
              {...ids}
              dir="auto"
              value={draft.name}
              maxLength={80}
              onInput={(event) => set({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        {isNew ? (
          <Field label={say("id")} hint={say("id.hint")} error={sentence(error, "id")}>
            {(ids) => (
              <input
                {...ids}
                value={draft.id}
                maxLength={40}
                placeholder={say("id.auto")}
                autocapitalize="none"
                spellcheck={false}
                onInput={(event) => set({ id: event.currentTarget.value })}
              />
            )}
          </Field>
        ) : (
          <ZoneField draft={draft} error={error} set={set} />
        )}
        {isNew && <ZoneField draft={draft} error={error} set={set} />}
        <div class="whole">
          <Field label={say("topics")} hint={say("topics.hint")} error={sentence(error, "topics")}>
            {(ids) => (
              <textarea
                {...ids}
                dir="auto"
                rows={isNew ? 3 : 4}
                value={draft.topics}
                onInput={(event) => set({ topics: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      </div>
    </Box>
  );
}

export function ZoneField({ draft, error, set }: Props) {
  return (
    <Field label={say("tz")} hint={say("tz.hint")} error={sentence(error, "tz")}>
      {(ids) => (
        <>
          <input
            {...ids}
            list="zones"
            value={draft.tz}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => set({ tz: event.currentTarget.value })}
          />
          <datalist id="zones">
            {zones().map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

let known: string[] | null = null;

function zones(): string[] {
  known ??= ["UTC", ...Intl.supportedValuesOf("timeZone")];
  return known;
}

export function TargetsBox({ draft, error, set, defaults }: Props & { defaults: Defaults }) {
  return (
    <Box title={say("targets.title")} about={say("targets.about")}>
      <div class="fields">
        <Amount
          label={say("target.service")}
          unit={say("unit.seconds")}
          hint={say("target.service.hint", { n: defaults.service_target_s })}
          value={draft.service_target}
          error={sentence(error, "service_target_s")}
          set={(service_target) => set({ service_target })}
        />
        <Amount
          label={say("target.news")}
          unit={say("unit.hours")}
          hint={say("target.news.hint", { n: defaults.first_news_s / 3600 })}
          value={draft.first_news}
          error={sentence(error, "first_news_s")}
          set={(first_news) => set({ first_news })}
        />
        <Field label={say("tiers")} hint={say("tiers.hint")} error={sentence(error, "tiers")}>
          {(ids) => (
            <select
              {...ids}
              value={draft.tiers}
              onChange={(event) => set({ tiers: Number(event.currentTarget.value) })}
            >
              <option value={1}>{say("tiers.1")}</option>
              <option value={2}>{say("tiers.2")}</option>
              <option value={3}>{say("tiers.3")}</option>
            </select>
          )}
        </Field>
        {draft.tiers > 1 && (
          <Amount
            label={say("target.tier")}
            unit={say("unit.minutes")}
            hint={say("target.tier.hint", { n: defaults.escalate_after_s / 60 })}
            value={draft.escalate_after}
            error={sentence(error, "escalate_after_s")}
            set={(escalate_after) => set({ escalate_after })}
          />
        )}
      </div>
    </Box>
  );
}

interface AmountProps {
  label: string;
  unit: string;
  hint: string;
  value: string;
  error: string | null;
  set: (value: string) => void;
}

function Amount({ label, unit, hint, value, error, set }: AmountProps) {
  return (
    <Field label={`${label} (${unit})`} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          inputMode="decimal"
          class="num"
          value={value}
          placeholder={say("target.default")}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
