// The text that visitors agree to before a chat: of the whole desk, and of departments that want another or none.
import { useEffect, useState } from "preact/hooks";
import { Segments } from "../../ui/parts/Segments.tsx";
import { Check } from "../parts/Check.tsx";
import { Form, sentence, useForm } from "../parts/Form.tsx";
import { Languages } from "../parts/Languages.tsx";
import { Box } from "../parts/Page.tsx";
import { TextArea, TextField } from "../parts/TextField.tsx";
import { LANGUAGES, type Language } from "../state/desk.ts";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { bodyOf, type Draft, draftOf, type Own } from "./consent.ts";
import { type Consent, changeConsent, DESK, type Department } from "./orders.ts";
import { Where } from "./Where.tsx";

const say = wordsOf(words);

const FOR_ALL: readonly [Own["kind"], string][] = [
  ["none", say("consent.none")],
  ["own", say("consent.text")],
];
const FOR_ONE: readonly [Own["kind"], string][] = [
  ["desk", say("consent.as_desk")],
  ["none", say("consent.none")],
  ["own", say("consent.own")],
];

interface Props {
  there: Consent;
  departments: Department[];
  again: () => void;
  done: (consent: Consent) => void;
}

export function ConsentBox({ there, departments, again, done }: Props) {
  const form = useForm(
    `consent/${there.version}`,
    draftOf(there, departments),
    (draft) => changeConsent(bodyOf(draft), there.version),
    ({ consent }) => done(consent),
  );
  const [at, setAt] = useState(DESK);
  const { draft, set, error } = form;
  // An error is about one text; it is shown with its sentence.
  const wrong = Object.keys(draft).find((each) => sentence(error, each) !== null);
  useEffect(() => {
    if (wrong) setAt(wrong);
  }, [wrong]);
  const own = draft[at];
  if (!own) return null;
  const change = (part: Partial<Own>): void => set({ [at]: { ...own, ...part } });
  return (
    <Form form={form} fields={Object.keys(draft)} onReload={again}>
      <Box title={say("consent")} about={say("consent.about")}>
        <Where departments={departments} at={at} pick={setAt} />
        <Segments
          legend={say("consent.kind")}
          value={own.kind}
          options={at === DESK ? FOR_ALL : FOR_ONE}
          pick={(kind) => change({ kind })}
        />
        {own.kind === "own" && <TextFields key={at} at={at} own={own} error={error} change={change} />}
      </Box>
    </Form>
  );
}

interface TextProps {
  at: keyof Draft;
  own: Own;
  error: Parameters<typeof sentence>[0];
  change: (part: Partial<Own>) => void;
}

function TextFields({ at, own, error, change }: TextProps) {
  const wrong = LANGUAGES.find((each) => sentence(error, `${at}.text.${each}`) !== null);
  const [language, setLanguage] = useState<Language>(wrong ?? "en");
  useEffect(() => {
    if (wrong) setLanguage(wrong);
  }, [wrong]);
  const text =
    sentence(error, `${at}.text.${language}`) ?? (error?.field === `${at}.text` ? say("consent.empty") : null);
  return (
    <>
      <div class="fields">
        <TextField
          label={say("consent.version")}
          hint={say("consent.hint")}
          error={sentence(error, `${at}.version`)}
          maxLength={60}
          value={own.version}
          set={(version) => change({ version })}
        />
        <Check class="beside" checked={own.required} set={(required) => change({ required })}>
          {say("consent.required")}
        </Check>
      </div>
      <Languages value={language} pick={setLanguage} filled={(each) => Boolean(own.text[each]?.trim())} />
      <TextArea
        label={say("consent.words")}
        hint={say("consent.words_hint")}
        error={text}
        rows={4}
        lang={language}
        dir="auto"
        maxLength={2000}
        value={own.text[language] ?? ""}
        set={(typed) => change({ text: { ...own.text, [language]: typed } })}
      />
    </>
  );
}
