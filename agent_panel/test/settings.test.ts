import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_SETTINGS, parseSettings } from "../src/state/settings.ts";

test("settings survive a reload", () => {
  const settings = {
    ...DEFAULT_SETTINGS,
    enterSends: false,
    volume: 0,
    sounds: { ...DEFAULT_SETTINGS.sounds, alarm: false },
  };

  assert.deepEqual(parseSettings(JSON.stringify(settings)), settings);
});

test("what an older version did not know gets its default", () => {
  assert.deepEqual(parseSettings('{"enterSends": false}'), { ...DEFAULT_SETTINGS, enterSends: false });
});

test("broken settings fall back to the defaults", () => {
  for (const broken of [null, "{", "null", "[]", '{"volume": 7, "singleKeys": "yes", "sounds": {"alarm": 1}}']) {
    assert.deepEqual(parseSettings(broken), DEFAULT_SETTINGS);
  }
});
