// Showing why a chat was found: the words that were asked for, marked inside the snippet.

export interface Piece {
  text: string;
  hit: boolean;
}

const SPECIAL = /[.*+?^${}()|[\]\\]/g;
const NO_STROKES: Record<string, string> = { ł: "l", đ: "d", ø: "o", ς: "σ" };

/** As the server folds: without case and accents, so that `lodz` marks `Łódź`. Every character stays one. */
function fold(text: string): string {
  return text.replace(/./gsu, (char) => {
    const plain = char.normalize("NFD").charAt(0).toLowerCase();
    const folded = NO_STROKES[plain] ?? plain;
    return char.length === 1 && folded.length === 1 ? folded : char;
  });
}

/** The snippet in pieces, hits apart. Whatever markup a snippet contains is text like any other. */
export function pieces(snippet: string, words: string): Piece[] {
  const wanted = words.match(/[\p{L}\p{N}]{2,}/gu) ?? [];
  if (wanted.length === 0) return [{ text: snippet, hit: false }];
  const text = snippet.normalize("NFC");
  const pattern = new RegExp(
    wanted.map((word) => fold(word.normalize("NFC")).replace(SPECIAL, "\\$&")).join("|"),
    "gu",
  );
  const found: Piece[] = [];
  let end = 0;
  for (const { index, 0: match } of fold(text).matchAll(pattern)) {
    found.push(
      { text: text.slice(end, index), hit: false },
      { text: text.slice(index, index + match.length), hit: true },
    );
    end = index + match.length;
  }
  return [...found, { text: text.slice(end), hit: false }].filter((piece) => piece.text !== "");
}
