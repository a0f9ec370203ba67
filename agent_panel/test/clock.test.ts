import assert from "node:assert/strict";
import { test } from "node:test";
import { ageSeconds, clockOffset, formatAge, formatCoarse, lightOf } from "../src/state/clock.ts";

test("the light turns amber at half the target and red at the target", () => {
  const lights = [0, 44, 45, 89, 90, 500].map((age) => lightOf(age, 90));

  assert.deepEqual(lights, ["green", "green", "amber", "amber", "red", "red"]);
});

test("an odd target turns amber only when half of it has passed", () => {
  assert.equal(lightOf(45, 91), "green");
  assert.equal(lightOf(46, 91), "amber");
});

test("an age reads as minutes and seconds, then hours, then days", () => {
  const ages = [4, 72, 600, 3725, 183_600].map(formatAge);

  assert.deepEqual(ages, ["0:04", "1:12", "10:00", "1:02:05", "2 d 3 h"]);
});

test("a coarse age names only its largest unit", () => {
  assert.deepEqual([30, 740, 7300, 200_000].map(formatCoarse), ["< 1 min", "12 min", "2 h", "2 d"]);
});

test("an age is measured on the server's clock and never negative", () => {
  const local = Date.parse("2026-05-05T12:02:00.000Z");
  const offset = clockOffset("2026-05-05T12:00:00.000Z", local);

  assert.equal(offset, -120_000);
  assert.equal(ageSeconds("2026-05-05T11:59:50.000Z", local + offset), 10);
  assert.equal(ageSeconds("2026-05-05T12:00:05.000Z", local + offset), 0);
});

test("a broken server time leaves the local clock as it is", () => {
  assert.equal(clockOffset("soon", 5), 0);
});
