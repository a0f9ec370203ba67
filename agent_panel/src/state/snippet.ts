// Showing why a chat was found: the words that were asked for, marked inside the snippet.

export interface Piece {
  text: string;
  hit: boolean;
}

const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** The snippet in pieces, hits apart. Whatever markup a snippet contains is text like any other. */
export function pieces(snippet: string, words: string): Piece[] {
  const wanted = words.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  if (wanted.length === 0) return [{ text: snippet, hit: false }];
  const pattern = new RegExp(`(${wanted.map((word) => word.replace(SPECIAL, "\\$&")).join("|")})`, "giu");
  return snippet
    .split(pattern)
    .map((text, index) => ({ text, hit: index % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
