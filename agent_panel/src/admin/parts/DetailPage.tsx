// A page about one thing of a list: the way back, what it is called, and the thing once it is there.
import type { ComponentChildren } from "preact";
import type { Ack } from "../../net/wire.ts";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { Head, Show } from "./Page.tsx";

interface DetailPageProps<A> {
  /** The page of the list, and what the list is called. */
  list: { page: string; title: string };
  /** "new" for one that is about to be added. */
  id: string;
  load: () => Promise<Ack<A>>;
  titleOf: (answer: A) => string;
  /** again: loads it anew; put: shows what a change has answered. */
  children: (answer: A, again: () => void, put: (answer: A) => void) => ComponentChildren;
}

export function DetailPage<A>({ list, id, load, titleOf, children }: DetailPageProps<A>) {
  const [loaded, again, put] = useLoad(`${list.page}/${id}`, load);
  return (
    <>
      <Head title={loaded.state === "ready" ? titleOf(loaded.data) : list.title} back={list} />
      <Show loaded={loaded} retry={again}>
        {(answer) => children(answer, again, put)}
      </Show>
    </>
  );
}
