// The head of every page: where one is, where one can go, and the filters.

import { useEffect, useRef } from "preact/hooks";
import { beganAt, go, period, place, refresh, zone } from "../state/filters.ts";
import { day, fullDate, range, time } from "../state/labels.ts";
import { addressOf, PAGES, type Page } from "../state/place.ts";
import { session } from "../state/store.ts";
import { addDays } from "../state/zone.ts";
import { say } from "../words/words.ts";
import { Filters } from "./filters.tsx";

/** A plain click goes without loading anew; a click that asks for another tab or window is the browser's. */
export function follow(event: MouseEvent, page: Page): void {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go({ page });
}

function Pages({ page }: { page: Page }) {
  const here = place.value;
  return (
    <nav class="pages" aria-label={say("nav.pages")}>
      {PAGES.map((one) => (
        <a
          key={one}
          href={addressOf({ ...here, page: one })}
          aria-current={one === page ? "page" : undefined}
          onClick={(event) => follow(event, one)}
        >
          {say(`page.${one}`)}
        </a>
      ))}
    </nav>
  );
}

/** Who came here by a link within the page hears and stands at the new title; who just arrived begins at the top. */
function useFocusOnArrival(page: Page) {
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    title.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [page]);
  return title;
}

function began(at: string, tz: string): string {
  return say("top.began", { from: `${day(at, tz)} ${at.slice(0, 4)} ${time(at, tz)}` });
}

export function Head({ page }: { page: Page }) {
  const title = useFocusOnArrival(page);
  const { from, to } = period.value;
  const isOwn = session.value.state === "own";
  return (
    <header class="top">
      <div class="bar">
        <span class="brand">{say("title")}</span>
        {!isOwn && <Pages page={page} />}
        <nav class="top-links" aria-label={say("nav")}>
          {!isOwn && <a href={addressOf({ ...place.value, page: "wall" })}>{say("page.wall")}</a>}
          <a href="/agent">{say("nav.panel")}</a>
          <a href="/account">{say("nav.account")}</a>
        </nav>
      </div>
      <div class="top-title">
        <h1 ref={title} tabIndex={-1}>
          {isOwn ? say("own.title") : say(`page.${page}`)}
        </h1>
        <p class="mut small" title={`${fullDate(from)} – ${fullDate(addDays(to, -1))}`}>
          {say("top.about", { period: range(from, to), zone: zone.value })}
          {beganAt.value && ` · ${began(beganAt.value, zone.value)}`}
        </p>
        <button type="button" class="btn quiet refresh" onClick={refresh}>
          {say("refresh")}
        </button>
      </div>
      <Filters />
    </header>
  );
}
