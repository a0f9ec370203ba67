import assert from "node:assert/strict";
import { test } from "node:test";
import {
  adjustedCell,
  byName,
  desk_s,
  personSpoken,
  rankCell,
  ratioCell,
  scale_s,
  standing,
  ticks_s,
} from "../src/manager/state/people.ts";
import { scoreCells, scoreRows, scoreSpoken } from "../src/manager/state/satisfaction.ts";
import type { AgentRow, SatisfactionReport, Scored } from "../src/manager/state/wire.ts";

const plain = (text: string) => text.replace(/\s/g, " ");

function person(name: string, ratio: number | null, half = 0.1, rank: number | null = null): AgentRow {
  const desk = 400;
  return {
    agent: { id: name.toLowerCase(), name },
    n: ratio === null ? 2 : 120,
    first_reply: {},
    exchanges: { p50: null },
    solution: {},
    csat: null,
    rated_n: 0,
    rank,
    adjusted:
      ratio === null
        ? null
        : {
            n: 118,
            handle_s: desk * ratio,
            low_s: desk * (ratio - half),
            high_s: desk * (ratio + half),
            ratio,
            ratio_low: ratio - half,
            ratio_high: ratio + half,
          },
  };
}

test("people stand by name, whoever is quicker", () => {
  const rows = byName([person("Zoe", 0.7), person("Ada", 1.3), person("Eva", null)]);

  assert.deepEqual(
    rows.map((row) => row.agent.name),
    ["Ada", "Eva", "Zoe"],
  );
});

test("only an interval wholly on one side of the desk is quicker or slower", () => {
  const all = [person("A", 0.8), person("B", 1.05), person("C", 1.3), person("D", null)].map(standing);

  assert.deepEqual(all, ["quicker", "alike", "slower", null]);
  const wide = person("E", 0.8);
  assert.ok(wide.adjusted);
  assert.equal(
    standing({ ...wide, adjusted: { ...wide.adjusted, high_s: 410 } }),
    "alike",
    "the drawn interval crosses",
  );
});

test("the scale holds all intervals, and its ticks are round", () => {
  const scale = scale_s([person("A", 0.8), person("B", 1.3), person("C", null)]);

  assert.ok(scale && scale[0] < 280 && scale[1] > 560);
  assert.deepEqual(ticks_s([265, 575]), [300, 360, 420, 480, 540]);
  assert.equal(scale_s([person("C", null)]), null);
  const alone = scale_s([person("A", 0.5)]);
  assert.ok(alone && alone[1] > 400, "an agent alone is shown against the desk");
  assert.equal(desk_s([person("A", 0.8), person("B", 1.3)]), 400);
  assert.equal(desk_s([]), null);
});

test("an agent with too few chats has words instead of a figure, and nobody is ranked 0", () => {
  const few = person("Eva", null);

  assert.equal(personSpoken(few), "Eva: not enough data (n = 2)");
  assert.deepEqual([adjustedCell(few), ratioCell(few), rankCell(few)], ["not enough data (n = 2)", "–", "–"]);
});

test("a figure stands with its interval, and a rank only where there is one", () => {
  const quick = person("Ada", 0.8, 0.1, 1);

  assert.equal(adjustedCell(quick), "5:20 (4:40–6:00)");
  assert.equal(plain(ratioCell(quick)), "−20 %");
  assert.equal(rankCell(quick), "1");
  assert.equal(rankCell(person("Bob", 1)), "overlaps");
  assert.equal(plain(ratioCell(person("Bob", 1.001))), "±0 %");
  assert.equal(personSpoken(quick), "Ada: 5:20 per chat, 95 % between 4:40 and 6:00, n = 118, quicker than the desk");
});

const RATED: Scored = {
  key: "Delivery",
  n: 40,
  csat: 0.95,
  mean: 4.6,
  effort_n: 9,
  effort_mean: 5.1,
  recommend_n: 9,
  nps: 42,
};

function report(by: Partial<SatisfactionReport>): SatisfactionReport {
  const total = { n: 40, csat: 0.95, mean: 4.6 };
  return { tz: "UTC", from: "", to: "", department: null, total, buckets: [], negative: [], ...by };
}

test("what has no topic, channel or agent has words for it, and keeps its ratings", () => {
  const none = { ...RATED, key: null, topic: null, channel: null, agent: null };

  assert.equal(scoreRows(report({ by_topic: [none] }), "topic")[0]?.name, "no topic");
  assert.equal(scoreRows(report({ by_agent: [none] }), "agent")[0]?.name, "no agent");
  assert.equal(scoreRows(report({ by_channel: [{ ...none, key: "chat" }] }), "channel")[0]?.name, "Chat");
  assert.equal(scoreRows(report({ by_channel: [{ ...none, key: "pigeon" }] }), "channel")[0]?.name, "pigeon");
});

test("agents are rated by name, topics by how many rated", () => {
  const named = (name: string) => ({ ...RATED, key: name, agent: { id: name, name }, topic: name });
  const both = [named("Zoe"), named("Ada")];

  const names = (group: "agent" | "topic") =>
    scoreRows(report({ by_agent: both, by_topic: both }), group).map(({ name }) => name);

  assert.deepEqual(names("agent"), ["Ada", "Zoe"]);
  assert.deepEqual(names("topic"), ["Zoe", "Ada"]);
});

test("a score of fewer than five ratings is unknown, not 0", () => {
  const few = { n: 4, csat: null, mean: null, effort_mean: null, nps: null };

  assert.equal(scoreSpoken("Sales", few), "Sales: not enough data (n = 4)");
  assert.deepEqual(scoreCells(few), [4, "–", "–", "–", "–"]);
  assert.equal(
    plain(scoreSpoken("Delivery", RATED)),
    "Delivery: 95 % rated 4 or 5, n = 40, mean 4.6 of 5, ease 5.1 of 7, recommendation +42",
  );
});
