// The panel's pages in the top bar: as many as the window has room for, the others under "More". The page one is on
// is always among those shown.
import { useEffect, useState } from "preact/hooks";
import { hrefOf, type Route } from "../../state/route.ts";
import { agent, route } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { type PageLink, shareOut } from "./pageLinks.ts";

/** How many links there is room for, from this width of the window (px) on; under 860 the links have their own row. */
const ROOM: readonly (readonly [from: number, links: number])[] = [
  [1260, 9],
  [1180, 6],
  [960, 4],
  [860, 3],
  [600, 5],
  [0, 3],
];

const roomNow = (): number => ROOM.find(([from]) => matchMedia(`(min-width: ${from}px)`).matches)?.[1] ?? 3;

function useRoom(): number {
  const [room, setRoom] = useState(roomNow);
  useEffect(() => {
    const lists = ROOM.map(([from]) => matchMedia(`(min-width: ${from}px)`));
    const measure = (): void => setRoom(roomNow());
    for (const list of lists) list.addEventListener("change", measure);
    return () => {
      for (const list of lists) list.removeEventListener("change", measure);
    };
  }, []);
  return room;
}

/** All pages of this person, the most used first. */
function linksOf(role: string | undefined, page: Route["page"], searches: boolean): PageLink[] {
  const manages = role !== undefined && role !== "agent";
  const to = (there: Route, words: string, ...more: Route["page"][]): PageLink => ({
    href: hrefOf(there),
    words,
    present: page === there.page || more.includes(page),
  });
  return [
    to({ page: "chats", chat: null }, t("nav.chats")),
    to({ page: "tickets", number: null }, t("nav.tickets")),
    ...(searches ? [to({ page: "search", query: {} }, t("nav.search"), "transcript")] : []),
    ...(searches ? [to({ page: "contacts", contact: null }, t("nav.contacts"))] : []),
    to({ page: "problems", problem: null }, t("nav.problems")),
    to({ page: "incidents", incident: null }, t("nav.incidents")),
    ...(manages && searches ? [to({ page: "mails", mail: null }, t("nav.mails"), "inbound")] : []),
    ...(manages ? [{ href: "/manager", words: t("nav.reports"), present: false }] : []),
    ...(role === "admin" ? [{ href: "/admin", words: t("nav.admin"), present: false }] : []),
    ...(role === "agent" ? [{ href: "/manager/people", words: t("nav.own_figures"), present: false }] : []),
  ];
}

export function Pages() {
  const { shown, hidden } = shareOut(
    linksOf(agent.value?.role, route.value.page, agent.value?.may_search !== false),
    useRoom(),
  );
  return (
    <nav class="pages" aria-label={t("nav.label")}>
      {shown.map(({ href, words, present }) => (
        <a key={href} href={href} aria-current={present ? "page" : undefined}>
          {words}
        </a>
      ))}
      {hidden.length > 0 && (
        <Menu
          class="more-pages"
          label={
            <>
              {t("nav.more")}
              <Icon name="chevron" />
            </>
          }
        >
          {(close) => (
            <div class="menu-list">
              {hidden.map(({ href, words }) => (
                <a key={href} class="btn menu-item" href={href} onClick={close}>
                  {words}
                </a>
              ))}
            </div>
          )}
        </Menu>
      )}
    </nav>
  );
}
