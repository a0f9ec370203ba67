// How people are called on the screen.
import type { Visitor } from "../net/wire.ts";
import { t } from "./words.ts";

/** A visitor without a name is told apart by the end of their id, as in "Visitor 8812". */
export function visitorName(visitor: Pick<Visitor, "id" | "name">): string {
  return visitor.name?.trim() || t("visitor.unnamed", { id: visitor.id.slice(-4) });
}

/** "Jana Malá" -> "JM". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

export function nameOf(who: { name: string } | string | null | undefined): string {
  return typeof who === "string" ? who : (who?.name ?? "");
}
