// Words of the page about one's own account.
import { LOCALE, wordsOf } from "../admin/words/words.ts";
import words from "./words.json" with { type: "json" };

export const say = wordsOf(words);

const moments = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** "22 Nov, 10:41", in this browser's zone. */
export const when = (at: string): string => moments.format(new Date(at));
