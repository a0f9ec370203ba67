import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pieces } from "../src/state/snippet.ts";
import { eventText } from "../src/words/events.ts";
import { initials, visitorName } from "../src/words/people.ts";
import { en, t, tOr } from "../src/words/words.ts";
import { message } from "./samples.ts";

test("a count chooses its plural form", () => {
  assert.equal(t("log.fresh", { n: 1 }), "1 new line");
  assert.equal(t("log.fresh", { n: 3 }), "3 new lines");
});

test("a word of the wire that the catalogue lacks is shown as it came", () => {
  assert.equal(tOr("rule.routed", "routed"), t("rule.routed"));
  assert.equal(tOr("rule.brand_new", "brand_new"), "brand_new");
});

test("text from outside is never taken for a variable of the catalogue", () => {
  assert.equal(t("row.you", { body: "{body} {n}" }), "You: {body} {n}");
});

test("an event reads in the agent's language whatever the visitor's is", () => {
  const event = message("c", 1, "system", {
    body: "Jste zase první v řadě.",
    event: { code: "returned", agent: { id: "m", name: "Marek" }, cause: "connection_lost" },
  });

  assert.equal(eventText(event), "back at the front of the line: Marek’s connection was lost");
});

test("a visitor without a name is told apart by the end of the id", () => {
  assert.equal(visitorName({ id: "v-38812", name: null }), "Visitor 8812");
  assert.equal(initials("Jana Malá"), "JM");
});

test("found words are marked whatever they contain, and nothing in a snippet becomes markup", () => {
  const found = pieces("<b>Parcel</b> (lost) parcel", "parcel (");

  assert.deepEqual(
    found.filter((piece) => piece.hit).map((piece) => piece.text),
    ["Parcel", "parcel"],
  );
  assert.equal(found.map((piece) => piece.text).join(""), "<b>Parcel</b> (lost) parcel");
});

test("found words are marked as they were found: without case and accents", () => {
  const found = pieces("👋 Zásilka do ŁÓDŹ, πακέτο", "lodz zasilka πακετο");

  assert.deepEqual(
    found.filter((piece) => piece.hit).map((piece) => piece.text),
    ["Zásilka", "ŁÓDŹ", "πακέτο"],
  );
});

/** The panel's sources without the managers' page and the settings, which have their own catalogues. */
function sources(folder: URL): string {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (e) => !["manager", "charts", "admin"].includes(e.name),
  );
  return entries
    .map((entry) => {
      if (entry.isDirectory()) return sources(new URL(`${entry.name}/`, folder));
      return /\.tsx?$/.test(entry.name) ? readFileSync(new URL(entry.name, folder), "utf8") : "";
    })
    .join("\n");
}

test("every word of the catalogue is used by the panel", () => {
  const code = sources(new URL("../src/", import.meta.url));
  const prefixes = [...code.matchAll(/`([a-z_]+(?:\.[a-z_]+)*[._])\$\{/g)].map((m) => m[1] ?? "");
  const built = /`\$\{question\.kind\}\.(\w+)`/.test(code) ? ["force.", "take_over."] : [];

  const unused = Object.keys(en).filter(
    (key) => !code.includes(`"${key}"`) && ![...prefixes, ...built].some((prefix) => key.startsWith(prefix)),
  );

  assert.deepEqual(unused, []);
});
