// What a page of the settings is made of: its head, its boxes, a way to its things, and the states besides "full".
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "../../ui/parts/Icon.tsx";
import { Empty, Loading, Problem } from "../../ui/parts/states.tsx";
import type { Loaded } from "../../ui/parts/useLoad.ts";
import { addressOf, type Place } from "../state/place.ts";
import { go, place } from "../state/store.ts";
import { say } from "../words/words.ts";

/** One page of the settings, as ui/registry.ts lists it. */
export interface AdminPage {
  /** Its address: /admin/KEY. */
  key: string;
  title: string;
  group: "desk" | "customers" | "duties" | "machine";
  /** id: the part of the address after the key. */
  Page: (props: { id: string | null }) => ComponentChildren;
}

interface LinkProps {
  page: string;
  id?: string | null;
  class?: string;
  children: ComponentChildren;
}

/** Within the settings: a plain click loads nothing anew, one that asks for another tab is the browser's. */
export function Link({ page, id = null, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(page, id);
  };
  const here = place.value;
  const present = here.page === page && here.id === id ? "page" : undefined;
  return (
    <a href={addressOf(page, id)} aria-current={present} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

interface HeadProps {
  title: string;
  about?: string;
  /** The list that this is one of. */
  back?: { page: string; title: string };
  /** Orders beside the title. */
  children?: ComponentChildren;
}

/** The head of a page; who came by a link within the settings stands at it, and hears it. */
export function Head({ title, about, back, children }: HeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = say("tab", { page: title });
  }, [title]);
  const here = place.value;
  useEffect(() => {
    if (arrived !== null && arrived !== here) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
    arrived = here;
  }, [here]);
  return (
    <header class="page-head">
      {back && (
        <p class="back">
          <Icon name="back" />
          <Link page={back.page}>{back.title}</Link>
        </p>
      )}
      <h1 ref={heading} tabIndex={-1} dir="auto">
        {title}
      </h1>
      {about && <p class="mut page-about">{about}</p>}
      {children && <div class="page-orders">{children}</div>}
    </header>
  );
}

/** The place whose head was shown last: who just opened the page is left where the browser puts them. */
let arrived: Place | null = null;

interface BoxProps {
  title: string;
  about?: ComponentChildren;
  /** Orders beside the title. */
  tools?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

/** A titled part of a page. */
export function Box({ title, about, tools, class: classes = "", children }: BoxProps) {
  const id = useId();
  return (
    <section class={`box ${classes}`} aria-labelledby={id}>
      <div class="box-head">
        <h2 id={id}>{title}</h2>
        {tools}
      </div>
      {about && <p class="small mut box-about">{about}</p>}
      {children}
    </section>
  );
}

interface LoadedProps<T> {
  loaded: Loaded<T>;
  retry: () => void;
  children: (data: T) => ComponentChildren;
}

/** Loading, failed or there; a thing that is not found says so in a sentence of its own. */
export function Show<T>({ loaded, retry, children }: LoadedProps<T>) {
  if (loaded.state === "loading") return <Loading lines={6} />;
  if (loaded.state === "ready") return <>{children(loaded.data)}</>;
  if (loaded.error.code === "not_found") return <NotThere />;
  return <Problem error={loaded.error} retry={retry} />;
}

/** For an id that nothing has. */
export function NotThere() {
  return <Empty title={say("unknown.one")}>{say("unknown.one_more")}</Empty>;
}
