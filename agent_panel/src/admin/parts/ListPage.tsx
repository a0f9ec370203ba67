// A page that lists things: its head with the way to a new one, a field to find some, and the table of them.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Ack } from "../../net/wire.ts";
import { Empty } from "../../ui/parts/states.tsx";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { go } from "../state/store.ts";
import { LOCALE } from "../words/words.ts";
import { Box, Head, Show } from "./Page.tsx";
import { Table, type TableProps } from "./Table.tsx";

/** Fewer are seen at a glance. */
const SEARCH_FROM = 9;

type Word = "title" | "about" | "add" | "none" | "none_more" | "search" | "nothing";

/** Speaks from the page's own catalogue. */
export type ListWords = (word: Word) => string;

interface ListPageProps<A> {
  /** Its address: /admin/PAGE. */
  page: string;
  say: ListWords;
  load: () => Promise<Ack<A>>;
  isEmpty: (answer: A) => boolean;
  /** again: loads anew what is listed. */
  children: (answer: A, again: () => void) => ComponentChildren;
}

export function ListPage<A>({ page, say, load, isEmpty, children }: ListPageProps<A>) {
  const [loaded, again] = useLoad(page, load);
  return (
    <>
      <Head title={say("title")} about={say("about")}>
        <button type="button" onClick={() => go(page, "new")}>
          {say("add")}
        </button>
      </Head>
      <Show loaded={loaded} retry={again}>
        {(answer) =>
          isEmpty(answer) ? <Empty title={say("none")}>{say("none_more")}</Empty> : children(answer, again)
        }
      </Show>
    </>
  );
}

interface ListProps<R> extends Omit<TableProps<R>, "caption"> {
  say: ListWords;
  /** What of a row is searched. */
  textOf: (row: R) => string;
  /** Further tools beside the field to find some. */
  children?: ComponentChildren;
}

const order = new Intl.Collator(LOCALE, { numeric: true });

export function List<R>({ say, textOf, rows, children, ...table }: ListProps<R>) {
  const [asked, setAsked] = useState("");
  const isFaded = (row: R): number => Number(table.faded?.(row) ?? false);
  /** As one looks for them: by their names, those that matter less at the end. */
  const inOrder = (some: R[]): R[] =>
    some.sort((one, other) => isFaded(one) - isFaded(other) || order.compare(textOf(one), textOf(other)));
  const wanted = asked.trim().toLowerCase();
  const found = inOrder(rows.filter((row) => textOf(row).toLowerCase().includes(wanted)));
  const searches = rows.length >= SEARCH_FROM || wanted !== "";
  return (
    <Box title={say("title")} class="tight listed">
      {(searches || children) && (
        <div class="table-tools">
          {searches && (
            <input
              type="search"
              aria-label={say("search")}
              placeholder={say("search")}
              value={asked}
              onInput={(event) => setAsked(event.currentTarget.value)}
            />
          )}
          {children}
        </div>
      )}
      {found.length === 0 ? <Empty title={say("nothing")} /> : <Table caption={say("title")} rows={found} {...table} />}
    </Box>
  );
}
