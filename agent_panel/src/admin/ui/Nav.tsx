// The way to every page: a column on the left, on a phone a button that opens the list.
import { useEffect, useState } from "preact/hooks";
import { request } from "../../net/api.ts";
import { Icon } from "../../ui/parts/Icon.tsx";
import { Logo } from "../../ui/shell/Logo.tsx";
import { type AdminPage, Link } from "../parts/Page.tsx";
import { begin, forgetTyped, leave, place, session } from "../state/store.ts";
import { say } from "../words/words.ts";
import { PAGES } from "./registry.ts";

const GROUPS: readonly AdminPage["group"][] = ["desk", "customers", "duties", "machine"];

type Way = readonly [href: string, words: string];

/** Incidents are told on the desk's own page; who looks for them among the settings finds the way. */
const OUT_OF: Partial<Record<AdminPage["group"], Way>> = { customers: ["/agent#/incidents", say("nav.incidents")] };
const ELSEWHERE: readonly Way[] = [
  ["/agent", say("nav.panel")],
  ["/manager", say("nav.figures")],
];

export function Nav() {
  const here = place.value;
  const [open, setOpen] = useState(false);
  // Whoever has gone somewhere is done with the list.
  useEffect(() => setOpen(false), [here]);
  const current = PAGES.find(({ key }) => key === here.page);
  return (
    <header class={open ? "side open" : "side"}>
      <div class="side-head">
        <Logo />
        <button type="button" class="btn quiet side-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="sr">{say("nav.menu")}: </span>
          <span class="clip">{current?.title ?? say("title")}</span>
          <Icon name="chevron" />
        </button>
      </div>
      <div class="side-body">
        <nav aria-label={say("nav")}>
          {GROUPS.map((group) => (
            <Group key={group} group={group} />
          ))}
        </nav>
        <Foot />
      </div>
    </header>
  );
}

function Group({ group }: { group: AdminPage["group"] }) {
  const pages = PAGES.filter((page) => page.group === group);
  const elsewhere = OUT_OF[group];
  if (pages.length === 0) return null;
  return (
    <section class="side-group">
      <h2>{say(`group.${group}`)}</h2>
      <ul>
        {pages.map(({ key, title }) => (
          <li key={key}>
            <Link page={key} class={place.value.page === key ? "side-link here" : "side-link"}>
              {title}
            </Link>
          </li>
        ))}
        {elsewhere && (
          <li>
            <a class="side-link" href={elsewhere[0]}>
              {elsewhere[1]}
              <Icon name="out" />
            </a>
          </li>
        )}
      </ul>
    </section>
  );
}

function Foot() {
  const current = session.value;
  const signOut = async (): Promise<void> => {
    forgetTyped();
    await request("DELETE", "/sessions");
    void begin();
  };
  return (
    <div class="side-foot">
      <nav aria-label={say("nav.elsewhere")} class="side-ways">
        {ELSEWHERE.map(([href, words]) => (
          <a key={href} class="side-link" href={href}>
            {words}
            <Icon name="out" />
          </a>
        ))}
      </nav>
      {current.state === "ready" && (
        <a class="side-me" href="/account">
          <span class="clip" dir="auto">
            {current.me.name}
          </span>
          <span class="tiny">{say("nav.account")}</span>
        </a>
      )}
      <button type="button" class="btn quiet small-btn" onClick={() => leave(() => void signOut())}>
        {say("sign_out")}
      </button>
    </div>
  );
}
