// The widget: how it looks, what it says in six languages, what it offers and what it asks.
import { useEffect, useState } from "preact/hooks";
import { Field } from "../../ui/parts/Field.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Check } from "../parts/Check.tsx";
import { Form, type FormState, sentence, useForm } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { fixedBy, Languages } from "../parts/Languages.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { judged, Preview } from "../parts/Preview.tsx";
import { TextArea, TextField } from "../parts/TextField.tsx";
import {
  ASKED,
  type Asked,
  changeWidget,
  LANGUAGES,
  type Language,
  OFFERS,
  readWidget,
  TEXTS,
  type TextKey,
  type Widget,
  type WidgetValues,
  wordsIn,
} from "../state/desk.ts";
import words from "../words/widget.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "widget";
const FIELDS = ["site_name", "accent", "position", "texts", "offers", "ask"];
const ASKED_HOW: readonly Asked[] = ["no", "optional", "required"];
const HEX = /^#[\da-f]{6}$/i;
const OWN_ACCENT = "#2f5bd7";

interface Parts {
  form: FormState<WidgetValues>;
  set_by: Widget["set_by"];
}

function WidgetPage() {
  const [loaded, again, put] = useLoad(KEY, readWidget);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Show loaded={loaded} retry={again}>
        {({ widget }) => <Editor widget={widget} again={again} done={(changed) => put({ widget: changed })} />}
      </Show>
    </>
  );
}

function Editor({ widget, again, done }: { widget: Widget; again: () => void; done: (widget: Widget) => void }) {
  const { site_name, accent, position, texts, offers, ask } = widget;
  const initial: WidgetValues = { site_name, accent, position, texts, offers, ask };
  const form = useForm(
    `${KEY}/${widget.version}`,
    initial,
    (values) => changeWidget(values, widget.version),
    (answer) => done(answer.widget),
  );
  const [language, setLanguage] = useState<Language>("en");
  const about = form.error?.field?.match(/^texts\.(\w\w)\./)?.[1];
  useEffect(() => {
    const wrong = LANGUAGES.find((each) => each === about);
    if (wrong) setLanguage(wrong);
  }, [about]);
  const [own] = useLoad(`words/${language}`, () => wordsIn(language));
  const spoken = own.state === "ready" ? own.data.words : {};
  const preview = { values: form.draft, language, words: spoken };
  const parts = { form, set_by: widget.set_by };
  return (
    <Form form={form} fields={FIELDS} onReload={again}>
      <Look {...parts} />
      <Box title={say("preview")} about={say("preview.about")}>
        <div class="previews">
          <Preview {...preview} dark={false} label={say("preview.light")} />
          <Preview {...preview} dark label={say("preview.dark")} />
        </div>
      </Box>
      <TextsBox {...parts} language={language} pick={setLanguage} own={spoken} />
      <OffersBox {...parts} />
      <AskBox {...parts} />
    </Form>
  );
}

function Look({ form, set_by }: Parts) {
  const { draft, set, error } = form;
  const field = fieldsOf(words, form);
  const fixed = fixedBy(set_by, "site_name");
  const accent = draft.accent ?? "";
  return (
    <Box title={say("look")}>
      <div class="fields">
        <TextField
          {...field("site_name")}
          hint={fixed ?? say("site_name.hint")}
          dir="auto"
          maxLength={80}
          readOnly={Boolean(fixed)}
        />
        <Field label={say("accent")} hint={say("accent.hint")} error={sentence(error, "accent")}>
          {(ids) => (
            <div class="colour">
              <input
                type="color"
                aria-label={say("accent.pick")}
                value={HEX.test(accent) ? accent : OWN_ACCENT}
                onInput={(event) => set({ accent: event.currentTarget.value })}
              />
              <input
                {...ids}
                maxLength={7}
                autocapitalize="none"
                autocomplete="off"
                spellcheck={false}
                placeholder={OWN_ACCENT}
                value={accent}
                onInput={(event) => set({ accent: event.currentTarget.value || null })}
              />
            </div>
          )}
        </Field>
        <Judgement accent={accent} />
        <Segments
          legend={say("position")}
          value={draft.position}
          options={[
            ["left", say("position.left")],
            ["right", say("position.right")],
          ]}
          pick={(position) => set({ position })}
        />
      </div>
    </Box>
  );
}

const ratio = (contrast: number): string => `${contrast.toFixed(1)}:1`;

/** What is done to the colour so that it can be read; nothing is said of what is no colour. */
function Judgement({ accent }: { accent: string }) {
  if (!HEX.test(accent)) return null;
  const schemes = [
    ["accent.light", judged(accent, false)],
    ["accent.dark", judged(accent, true)],
  ] as const;
  return (
    <div role="status" class="whole">
      {schemes.every(([, changed]) => !changed) && <p class="note good">{say("accent.fine")}</p>}
      {schemes.map(
        ([key, changed]) =>
          changed && (
            <p class="note" key={key}>
              {say(key, { shown: changed.shown, given: ratio(changed.given), ratio: ratio(changed.ratio) })}
            </p>
          ),
      )}
    </div>
  );
}

interface TextsProps extends Parts {
  language: Language;
  pick: (language: Language) => void;
  own: Record<string, string>;
}

function TextsBox({ form, language, pick, own }: TextsProps) {
  const { draft, set, error } = form;
  const here = draft.texts[language] ?? {};
  const put = (key: TextKey, text: string): void =>
    set({ texts: { ...draft.texts, [language]: { ...here, [key]: text || null } } });
  const filled = (each: Language): boolean => Object.values(draft.texts[each] ?? {}).some(Boolean);
  return (
    <Box title={say("texts")} about={say("texts.about")}>
      <Languages value={language} pick={pick} filled={filled} />
      <div class="fields">
        {TEXTS.map((key) => (
          <TextArea
            key={key}
            label={say(`text.${key}`)}
            hint={key === "closed_opens" ? say("text.closed_opens.hint") : undefined}
            error={sentence(error, `texts.${language}.${key}`)}
            rows={key === "button" || key.endsWith("title") ? 1 : 2}
            lang={language}
            dir="auto"
            maxLength={key === "button" ? 30 : 300}
            placeholder={key === "button" ? "Chat" : (own[key] ?? "")}
            value={here[key] ?? ""}
            set={(text) => put(key, text)}
          />
        ))}
      </div>
    </Box>
  );
}

function OffersBox({ form }: Parts) {
  const { draft, set, error } = form;
  const wrong = sentence(error, "offers");
  return (
    <Box title={say("offers")} about={say("offers.about")}>
      <fieldset class="checks">
        <legend class="sr">{say("offers")}</legend>
        {OFFERS.map((offer) => (
          <Check
            key={offer}
            checked={draft.offers[offer]}
            invalid={Boolean(wrong)}
            describedBy={wrong ? "offers-error" : undefined}
            set={(offered) => set({ offers: { ...draft.offers, [offer]: offered } })}
          >
            {say(`offer.${offer}`)}
            <span class="tiny">{say(`offer.${offer}.hint`)}</span>
          </Check>
        ))}
      </fieldset>
      {wrong && (
        <p class="error" id="offers-error">
          {wrong}
        </p>
      )}
    </Box>
  );
}

function AskBox({ form }: Parts) {
  const { draft, set } = form;
  return (
    <Box title={say("ask")} about={say("ask.about")}>
      <div class="fields">
        {ASKED.map((field) => (
          <Segments
            key={field}
            legend={say(`ask.${field}`)}
            value={draft.ask[field]}
            options={ASKED_HOW.map((how) => [how, say(`asked.${how}`)])}
            pick={(how) => set({ ask: { ...draft.ask, [field]: how } })}
          />
        ))}
      </div>
    </Box>
  );
}

export const widget: AdminPage = { key: KEY, title: say("title"), group: "customers", Page: WidgetPage };
