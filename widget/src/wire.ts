/**
 * The wire contract of docs/protocol.md as types: what the two front ends send, and what they receive.
 *
 * Types only: importing this module costs no byte in a bundle. Times are ISO 8601 strings in UTC, durations are seconds in
 * fields named `..._s`, ids are opaque strings.
 */
export type * from "./wire/agent.ts";
export type * from "./wire/objects.ts";
export type * from "./wire/visitor.ts";
