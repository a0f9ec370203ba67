import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type Catalogue, LANGUAGES, languageOf, tagOf, wordsOf } from "../src/app/words/words.ts";

type Entry = string | Record<string, string>;

const catalogueOf = (language: string): Record<string, Entry> =>
  JSON.parse(readFileSync(new URL(`../src/app/words/${language}.json`, import.meta.url), "utf8"));
const english = catalogueOf("en");

const texts = (entry: Entry | undefined): string[] =>
  entry === undefined ? [] : typeof entry === "string" ? [entry] : Object.values(entry);
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

for (const language of LANGUAGES) {
  const catalogue = catalogueOf(language);

  test(`${language}: has the same texts as English, in the same order`, () => {
    assert.deepEqual(Object.keys(catalogue), Object.keys(english));
    for (const entry of Object.values(catalogue)) for (const text of texts(entry)) assert.notEqual(text.trim(), "");
  });

  test(`${language}: has every plural form of its language`, () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    for (const [key, entry] of Object.entries(catalogue)) {
      if (typeof entry === "string") assert.equal(typeof english[key], "string", `${key} needs plural forms`);
      else assert.deepEqual(Object.keys(entry).sort(), categories, key);
    }
  });

  test(`${language}: names the same values as English`, () => {
    for (const [key, entry] of Object.entries(catalogue)) {
      const expected = placeholders(texts(english[key])[0] ?? "");
      for (const text of texts(entry)) assert.deepEqual(placeholders(text), expected, `${key}: ${text}`);
    }
  });
}

test("every text is used somewhere", () => {
  const source = globSync(`${import.meta.dirname}/../src/app/**/*.{ts,tsx}`)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  // The reasons of a setback are used by their wire names.
  const named = ["overtaken", "agent_left", "returned", "slower"];
  const unused = Object.keys(english).filter((key) => !named.includes(key) && !source.includes(`"${key}"`));
  assert.deepEqual(unused, []);
});

test("plural forms follow the language", () => {
  const cs = wordsOf(catalogueOf("cs") as Catalogue, "cs");
  assert.equal(cs("ahead", { n: 1 }), "Před vámi je 1 člověk");
  assert.equal(cs("ahead", { n: 3 }), "Před vámi jsou 3 lidé");
  assert.equal(cs("ahead", { n: 5 }), "Před vámi je 5 lidí");
  const pl = wordsOf(catalogueOf("pl") as Catalogue, "pl");
  assert.equal(pl("ahead", { n: 22 }), "Przed Tobą są 22 osoby");
  assert.equal(pl("ahead", { n: 12 }), "Przed Tobą jest 12 osób");
  const ru = wordsOf(catalogueOf("ru") as Catalogue, "ru");
  assert.equal(ru("ahead", { n: 21 }), "Перед вами 21 человек");
  assert.equal(ru("ahead", { n: 2 }), "Перед вами 2 человека");
});

test("a value with braces in it is not expanded again", () => {
  const en = wordsOf(english as Catalogue, "en");
  assert.equal(en("typing", { name: "{n} $& Jana" }), "{n} $& Jana is typing…");
});

test("a value that ends with a full stop ends its sentence", () => {
  const el = wordsOf(catalogueOf("el") as Catalogue, "el");
  assert.match(el("closed_opens", { when: "Δευτέρα, 08:00 π.μ." }), /π\.μ\. Αφήστε/);
});

test("a language without a catalogue gets English", () => {
  assert.equal(languageOf("cs-CZ"), "cs");
  assert.equal(languageOf("EL_gr"), "el");
  assert.equal(languageOf("de-AT"), "en");
  assert.equal(languageOf("csb"), "en");
});

test("times are told in the visitor's own variant of the language", () => {
  assert.equal(tagOf("en", ["cs-CZ", "en-GB"]), "en-GB");
  assert.equal(tagOf("en-US", ["en-GB"]), "en-US");
  assert.equal(tagOf("cs_CZ", []), "cs-CZ");
  assert.equal(tagOf("cs", ["en-GB"]), "cs");
  assert.equal(tagOf("pl-!!", []), "pl");
});

test("what the desk says itself stands in the place of the widget's words, as it is set now", () => {
  let own: Record<string, string> = {};
  const t = wordsOf(english as Catalogue, "en", () => own);
  assert.equal(t("start_title"), english.start_title);

  own = { start_title: "Ahoy", closed_opens: "Back {when}." };

  assert.equal(t("start_title"), "Ahoy");
  assert.equal(t("closed_opens", { when: "08:00 a.m." }), "Back 08:00 a.m.");
});
