import assert from "node:assert/strict";
import { test } from "node:test";
import { emit, off, on } from "../src/loader/listeners.ts";

const settle = () => new Promise((done) => setImmediate(done));

test("a listener added right after the cause still hears it", async () => {
  const heard: unknown[] = [];
  emit("ready", 1);
  on("ready", (data) => heard.push(data));
  await settle();
  assert.deepEqual(heard, [1]);
});

test("once hears one event, off hears none", async () => {
  const heard: string[] = [];
  const quiet = () => heard.push("off");
  on("open", () => heard.push("once"), true);
  on("open", quiet);
  off("open", quiet);
  emit("open");
  await settle();
  emit("open");
  await settle();
  assert.deepEqual(heard, ["once"]);
});

test("a listener that throws stops no other", async (context) => {
  const heard: unknown[] = [];
  const thrown: unknown[] = [];
  const previous = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.once("unhandledRejection", (reason) => thrown.push(reason));
  context.after(() => {
    for (const listener of previous) process.on("unhandledRejection", listener);
  });
  on("message", () => {
    throw new Error("the page's own mistake");
  });
  on("message", (data) => heard.push(data));
  emit("message", "text");
  await settle();
  await settle();
  assert.deepEqual(heard, ["text"]);
  assert.equal(thrown.length, 1);
});
