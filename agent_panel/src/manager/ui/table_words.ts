// The words of a paged table.

import type { TableProps } from "../../charts/table.tsx";
import { say } from "../words/words.ts";

export const TABLE_WORDS: TableProps["words"] = {
  earlier: say("table.earlier"),
  later: say("table.later"),
  page: (page, pages) => say("table.page", { page, pages }),
};
