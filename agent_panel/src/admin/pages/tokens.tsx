// API tokens: what there is, and a new one.
import type { AdminPage } from "../parts/Page.tsx";
import { All } from "../tokens/list.tsx";
import { Make } from "../tokens/make.tsx";
import words from "../words/tokens.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);

function Tokens({ id }: { id: string | null }) {
  return id === "new" ? <Make /> : <All />;
}

export const tokens: AdminPage = { key: "tokens", title: say("title"), group: "machine", Page: Tokens };
