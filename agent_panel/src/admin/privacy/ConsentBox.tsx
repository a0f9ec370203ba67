// The text that visitors agree to before a chat, in the languages it is written in. A new text needs a new version.
import { Field } from "../../ui/parts/Field.tsx";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { type Consent, type ConsentText, changeConsent } from "./orders.ts";

const say = wordsOf(words);
const LANGUAGES = ["en", "cs", "sk", "pl", "ru", "el"] as const;

interface Props {
  there: Consent;
  again: () => void;
  done: (consent: Consent) => void;
}

interface Typed extends Record<string, string | boolean> {
  version: string;
  required: boolean;
}

function typed({ desk }: Consent): Typed {
  const texts = LANGUAGES.map((lang): [string, string] => [lang, desk?.text[lang] ?? ""]);
  return { ...Object.fromEntries(texts), version: desk?.version ?? "", required: desk?.required ?? true };
}

/** Null where there is no text in any language: then nothing is asked. */
function textOf(all: Typed): ConsentText | null {
  const said = LANGUAGES.map((lang): [string, string] => [lang, String(all[lang]).trim()]).filter(([, text]) => text);
  return said.length ? { version: all.version, text: Object.fromEntries(said), required: all.required } : null;
}

export function ConsentBox({ there, again, done }: Props) {
  const form = useForm(
    `consent/${there.version}`,
    typed(there),
    (all) => changeConsent(textOf(all), there.version),
    ({ consent }) => done(consent),
  );
  const fields = ["desk.version", "desk.text"];
  return (
    <Form form={form} fields={fields} onReload={again}>
      <Box title={say("consent")} about={say("consent.about")}>
        <Field label={say("consent.version")} hint={say("consent.hint")} error={sentence(form.error, "desk.version")}>
          {(ids) => (
            <input
              {...ids}
              maxLength={60}
              value={form.draft.version}
              onInput={(event) => form.set({ version: event.currentTarget.value })}
            />
          )}
        </Field>
        {LANGUAGES.map((lang) => (
          <Field
            key={lang}
            label={say(`lang.${lang}`)}
            error={lang === "en" ? sentence(form.error, "desk.text") : null}
          >
            {(ids) => (
              <textarea
                {...ids}
                rows={2}
                lang={lang}
                dir="auto"
                maxLength={2000}
                value={String(form.draft[lang])}
                onInput={(event) => form.set({ [lang]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
        <div class="checks">
          <label>
            <input
              type="checkbox"
              checked={form.draft.required}
              onChange={(event) => form.set({ required: event.currentTarget.checked })}
            />
            {say("consent.required")}
          </label>
        </div>
      </Box>
    </Form>
  );
}
