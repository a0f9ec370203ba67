// A conversation as the lines of its log: days, messages, notes where they belong, and what is still on its way.
import type { Message, Note } from "../net/wire.ts";
import { dayKey } from "./clock.ts";
import type { Outgoing } from "./outbox.ts";
import type { Thread } from "./thread.ts";

export type Line =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: Message; continues: boolean }
  | { kind: "note"; key: string; note: Note }
  | { kind: "outgoing"; key: string; item: Outgoing };

/** Messages of one author within this time read as one turn. */
const TURN_MS = 5 * 60_000;

function continuesTurn(message: Message, before: Message | null): boolean {
  if (before === null || message.kind === "event" || before.kind === "event") return false;
  const sameAuthor = before.author.kind === message.author.kind && before.author.id === message.author.id;
  return sameAuthor && Date.parse(message.at) - Date.parse(before.at) < TURN_MS;
}

function notesBySeq(notes: readonly Note[]): Map<number, Note[]> {
  const found = new Map<number, Note[]>();
  for (const note of notes) found.set(note.after_seq, [...(found.get(note.after_seq) ?? []), note]);
  return found;
}

/** Ascending; a note stands right after the message it was written at. Notes before the first known line wait for older history. */
export function linesOf(messages: readonly Message[], notes: readonly Note[], outgoing: readonly Outgoing[]): Line[] {
  const lines: Line[] = [];
  const bySeq = notesBySeq(notes);
  let day = "";
  let before: Message | null = null;
  for (const message of messages) {
    if (dayKey(message.at) !== day) {
      day = dayKey(message.at);
      lines.push({ kind: "day", key: `d${day}`, at: message.at });
      before = null;
    }
    lines.push({ kind: "message", key: `m${message.seq}`, message, continues: continuesTurn(message, before) });
    const here = bySeq.get(message.seq) ?? [];
    for (const note of here) lines.push({ kind: "note", key: `n${note.note_seq}`, note });
    before = here.length > 0 ? null : message;
  }
  for (const item of outgoing) lines.push({ kind: "outgoing", key: `o${item.client_id}`, item });
  return lines;
}

export function linesOfThread(thread: Thread, outgoing: readonly Outgoing[]): Line[] {
  return linesOf(thread.messages, thread.notes, outgoing);
}
