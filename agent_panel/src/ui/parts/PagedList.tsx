// A list that comes in pages, in each of its states: loading, failed, empty, there, and with more to fetch.
import type { ComponentChildren } from "preact";
import { t } from "../../words/words.ts";
import { Loading, Problem } from "./states.tsx";
import type { Paged } from "./usePages.ts";

interface PagedListProps<T> {
  /** What usePages answers: the pages, the way to more, and to all of it anew. */
  pages: readonly [Paged<T>, () => void, () => void];
  /** Instead of the list where it is known that there is nothing. */
  empty: ComponentChildren;
  /** Above the list once it is known, and above `empty`. */
  head?: ComponentChildren;
  class?: string;
  /** One thing of the list, as an li. */
  children: (item: T) => ComponentChildren;
}

export function PagedList<T>({ pages, empty, head, class: classes = "ticket-list", children }: PagedListProps<T>) {
  const [{ items, next, state, error }, more, again] = pages;
  if (state === "loading" && items.length === 0) return <Loading lines={6} />;
  if (error) return <Problem error={error} retry={again} />;
  return (
    <>
      {head}
      {items.length === 0 ? empty : <ul class={classes}>{items.map(children)}</ul>}
      {next && (
        <button type="button" class="btn quiet" disabled={state === "loading"} onClick={more}>
          {t("more")}
        </button>
      )}
    </>
  );
}
