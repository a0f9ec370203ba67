// Unsent words, one draft per chat or ticket. They survive a reload, and a chat that moves away and comes back.

export interface Draft {
  text: string;
  /** A note for colleagues instead of an answer. */
  note: boolean;
  at: number;
}

export type Drafts = Readonly<Record<string, Draft>>;

/** A draft nobody touched for two weeks belongs to a chat that is long over. */
const KEPT_MS = 14 * 86_400_000;

const NOTHING: Draft = { text: "", note: false, at: 0 };

export function draftOf(drafts: Drafts, id: string): Draft {
  return drafts[id] ?? NOTHING;
}

export function withDraft(drafts: Drafts, id: string, change: Partial<Draft>, nowMs: number): Drafts {
  const draft = { ...draftOf(drafts, id), ...change, at: nowMs };
  if (draft.text !== "" || draft.note) return { ...drafts, [id]: draft };
  const { [id]: _sent, ...rest } = drafts;
  return rest;
}

export function parseDrafts(stored: string | null, nowMs: number): Drafts {
  try {
    const found: unknown = JSON.parse(stored ?? "{}");
    if (typeof found !== "object" || found === null || Array.isArray(found)) return {};
    const kept = Object.entries(found as Record<string, Partial<Draft> | null>).filter(
      ([, draft]) => typeof draft?.text === "string" && typeof draft.at === "number" && nowMs - draft.at < KEPT_MS,
    );
    return Object.fromEntries(kept.map(([id, draft]) => [id, { ...NOTHING, ...draft }]));
  } catch {
    return {};
  }
}
