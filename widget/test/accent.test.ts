import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast, fit, parse } from "../src/accent.ts";

const rgb = (text: string) => text.match(/\d+/g)?.map(Number) as [number, number, number];

for (const colour of ["#2f5bd7", "#ffd400", "#7fffd4", "#000000", "#ffffff", "#e91e63", "#777"]) {
  for (const dark of [false, true]) {
    test(`${colour} can be read in the ${dark ? "dark" : "light"} scheme, as text and as ground`, () => {
      const fitted = fit(colour, dark);
      assert.ok(fitted);
      const surface: [number, number, number] = dark ? [24, 30, 41] : [255, 255, 255];
      assert.ok(contrast(rgb(fitted.accent), surface) >= 4.5);
      assert.ok(contrast(rgb(fitted.accent), parse(fitted.ink) ?? surface) >= 4.5);
    });
  }
}

test("a colour that is fit already stays as it is", () => {
  assert.equal(fit("#2f5bd7", false)?.accent, "rgb(47 91 215)");
});

test("what is no colour is ignored", () => {
  for (const text of ["", "red;}", "#12", "rgb(1,2,3)"]) assert.equal(fit(text, false), null);
});
