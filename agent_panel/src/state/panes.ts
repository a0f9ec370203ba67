// Which chats stand side by side. Opening one never pushes away a pinned one while an unpinned one could go.

export const MOST_PANES = 4;

export interface Panes {
  /** In the order on the screen. */
  open: readonly string[];
  pinned: readonly string[];
  /** Most recently focused first. */
  recent: readonly string[];
}

export const NO_PANES: Panes = { open: [], pinned: [], recent: [] };

export function focused(panes: Panes): string | null {
  return panes.recent.find((id) => panes.open.includes(id)) ?? null;
}

function touched(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((known) => known !== id)];
}

/** Show a chat and focus it. `limit`: how many fit; beyond it the longest untouched unpinned one makes room. */
export function show(panes: Panes, id: string, limit: number): Panes {
  if (panes.recent[0] === id && panes.open.includes(id)) return panes;
  const recent = touched(panes.recent, id);
  if (panes.open.includes(id)) return { ...panes, recent };
  if (panes.open.length < Math.min(limit, MOST_PANES)) return { ...panes, open: [...panes.open, id], recent };
  const oldestFirst = [...panes.recent].reverse().filter((known) => panes.open.includes(known));
  const leaving = oldestFirst.find((known) => !panes.pinned.includes(known)) ?? oldestFirst[0];
  return {
    open: panes.open.map((known) => (known === leaving ? id : known)),
    pinned: panes.pinned.filter((known) => known !== leaving),
    recent: recent.filter((known) => known !== leaving),
  };
}

/** Puts a chat beside the others where there is room, without taking the focus from the one in front. */
export function join(panes: Panes, id: string, limit: number): Panes {
  if (panes.open.includes(id) || panes.open.length >= Math.min(limit, MOST_PANES)) return panes;
  return { ...panes, open: [...panes.open, id], recent: [...panes.recent, id] };
}

/** What a storage gave back: chats that were open before a reload. */
export function parsePanes(stored: string | null): Panes {
  const ids = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((id): id is string => typeof id === "string").slice(0, MOST_PANES) : [];
  try {
    const found = JSON.parse(stored ?? "{}") as Record<string, unknown> | null;
    return { open: ids(found?.open), pinned: ids(found?.pinned), recent: ids(found?.recent) };
  } catch {
    return NO_PANES;
  }
}

export function hide(panes: Panes, id: string): Panes {
  const without = (ids: readonly string[]): string[] => ids.filter((known) => known !== id);
  return { open: without(panes.open), pinned: without(panes.pinned), recent: without(panes.recent) };
}

export function togglePin(panes: Panes, id: string): Panes {
  const pinned = panes.pinned.includes(id) ? panes.pinned.filter((known) => known !== id) : [...panes.pinned, id];
  return { ...panes, pinned };
}
