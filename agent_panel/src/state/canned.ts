// Ready answers: which one a `/shortcut` means, and what still has to be filled in before it may be sent.
import type { CannedReply, Chat } from "../net/wire.ts";

export interface Gap {
  name: string;
  from: number;
  to: number;
}

/** Only these prefixes are variables: a snippet of code with braces in it must stay sendable. */
const VARIABLE = /\{((?:visitor|agent|department|ticket|chat)\.[a-z_]+)\}/g;

/** The shortcut being typed at the caret: "/neigh" at the start or after a blank. */
export function shortcutAt(text: string, caret: number): { from: number; query: string } | null {
  const found = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(text.slice(0, caret));
  return found?.[1] === undefined ? null : { from: caret - found[1].length - 1, query: found[1] };
}

/** Replies for a department (and for all), best match first: by shortcut's start, then by title. */
export function matching(replies: readonly CannedReply[], query: string, departmentId: string): CannedReply[] {
  const wanted = query.toLocaleLowerCase();
  const bare = (reply: CannedReply): string => reply.shortcut.replace(/^\//, "").toLocaleLowerCase();
  const here = replies.filter((reply) => reply.department === null || reply.department === departmentId);
  const starting = here.filter((reply) => bare(reply).startsWith(wanted));
  const titled = here.filter((r) => !bare(r).startsWith(wanted) && r.title.toLocaleLowerCase().includes(wanted));
  const byName = (a: CannedReply, b: CannedReply): number => bare(a).localeCompare(bare(b));
  return [...starting.sort(byName), ...titled.sort(byName)].slice(0, 8);
}

export function variablesOf(chat: Chat, agentName: string): Record<string, string> {
  return {
    "visitor.name": chat.visitor.name ?? "",
    "visitor.email": chat.visitor.email ?? "",
    "agent.name": agentName,
    "department.name": chat.department.name,
    "ticket.number": chat.ticket?.number ?? "",
  };
}

/** Fills what is known; what is not stays as `{name}`, so that it can be seen, found and filled by hand. */
export function fill(body: string, values: Record<string, string>): string {
  return body.replace(VARIABLE, (whole, name: string) => values[name]?.trim() || whole);
}

/** The gaps that keep a text from being sent. */
export function gapsIn(text: string): Gap[] {
  return [...text.matchAll(VARIABLE)].map((m) => ({ name: m[1] ?? "", from: m.index, to: m.index + m[0].length }));
}
