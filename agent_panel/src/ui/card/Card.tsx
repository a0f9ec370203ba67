// The visitor's card: who they are and how surely, where they are on the site, what was before; and what the agent
// may set about the chat.
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { visitorCard } from "../../net/api.ts";
import { setChat } from "../../net/orders.ts";
import type { Chat, VisitorCard } from "../../net/wire.ts";
import { formatAge } from "../../state/clock.ts";
import { cardShown, desk, threads } from "../../state/store.ts";
import { clockTime, exact } from "../../words/moments.ts";
import { visitorName } from "../../words/people.ts";
import { LOCALE, t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { ProblemLink } from "../problems/ProblemLink.tsx";
import { Earlier } from "./Earlier.tsx";
import { EditableText, PriorityPicker, TagsEditor, TopicPicker } from "./editors.tsx";
import { Identity } from "./Identity.tsx";

const LANGUAGES = new Intl.DisplayNames(LOCALE, { type: "language" });

function languageName(locale: string | null | undefined): string | null {
  if (!locale) return null;
  try {
    return LANGUAGES.of(locale) ?? locale;
  } catch {
    return locale;
  }
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Facts({ chat, card }: { chat: Chat; card: VisitorCard | null }) {
  const visitor = card?.visitor;
  const language = languageName(visitor?.locale);
  const rating = visitor?.rating;
  const set = { chat_id: chat.id };
  const topics = useComputed(() => desk.value.topics).value;
  return (
    <dl class="facts">
      {visitor?.since && (
        <Fact name={t("card.customer")}>
          <span title={exact(visitor.since)}>
            {t("card.since", { year: new Date(visitor.since).getFullYear(), n: visitor.chats_n ?? 0 })}
          </span>
        </Fact>
      )}
      {language && <Fact name={t("card.language")}>{language}</Fact>}
      <Fact name={t("card.department")}>
        {t("pane.department", { department: chat.department.name, tier: chat.tier })}
      </Fact>
      {rating?.mean != null && rating.n > 0 && (
        <Fact name={t("card.rating")}>
          <span class="num">{t("card.rating_of", { mean: rating.mean.toFixed(1), count: rating.n })}</span>
        </Fact>
      )}
      <Fact name={t("card.topic")}>
        <TopicPicker chat={chat} topics={topics} set={(topic) => setChat({ ...set, topic })} />
      </Fact>
      <Fact name={t("card.priority")}>
        <PriorityPicker value={chat.priority} set={(priority) => setChat({ ...set, priority })} />
      </Fact>
      <Fact name={t("card.tags")}>
        <TagsEditor tags={chat.tags ?? []} set={(tags) => setChat({ ...set, tags })} />
      </Fact>
    </dl>
  );
}

/** "/help/delivery?x=1" of a full address; what is no address is shown as it came. */
function pathOf(url: string): string {
  try {
    const parsed = new URL(url);
    return parsed.pathname + parsed.search;
  } catch {
    return url;
  }
}

function Trail({ pages }: { pages: VisitorCard["pages"] }) {
  if (pages.length === 0) return <p class="small mut">{t("card.no_pages")}</p>;
  return (
    <ol class="trail">
      {pages.map((page, index) => (
        <li key={`${page.at}${page.url}`}>
          <span class="clip" dir="auto" title={`${page.title ?? ""} ${page.url}`.trim()}>
            {pathOf(page.url)}
          </span>
          <span class="tiny num" title={exact(page.at)}>
            {page.duration_s === null
              ? t(index === 0 ? "card.now" : "card.at", { time: clockTime(page.at) })
              : formatAge(Math.round(page.duration_s))}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Head({ chat }: { chat: Chat }) {
  const set = { chat_id: chat.id };
  return (
    <header class="card-head">
      <div class="card-title">
        <h2>
          <EditableText
            label={t("card.name")}
            value={chat.visitor.name ?? ""}
            empty={visitorName(chat.visitor)}
            set={(name) => setChat({ ...set, name })}
          />
        </h2>
        <button
          type="button"
          class="btn plain square card-close"
          aria-label={t("card.close")}
          onClick={() => {
            cardShown.value = false;
          }}
        >
          <Icon name="hide" />
        </button>
      </div>
      <EditableText
        label={t("card.email")}
        type="email"
        value={chat.visitor.email ?? ""}
        empty={t("card.add_email")}
        set={(email) => setChat({ ...set, email })}
      />
    </header>
  );
}

export function Card({ id }: { id: string }) {
  const chat = useComputed(() => threads.value[id]?.chat).value;
  // Who they are taken for changes with their address, and with a code.
  const who = [id, chat?.visitor.verified, chat?.visitor.email, chat?.code_sent].join(" ");
  const [loaded, again] = useLoad(who, () => visitorCard(id));
  if (!chat) return null;
  const card = loaded.state === "ready" ? loaded.data : null;
  return (
    <section
      class="card"
      onKeyDown={(event) => {
        if (event.key === "Escape") cardShown.value = false;
      }}
      aria-label={t("card.label", { name: visitorName(chat.visitor) })}
    >
      <Head chat={chat} />
      <Identity chat={chat} card={card} again={again} />
      <Facts chat={chat} card={card} />
      <ProblemLink kind="chat" id={id} />
      {loaded.state === "loading" && <Loading lines={5} />}
      {loaded.state === "failed" && <Problem error={loaded.error} retry={again} />}
      {loaded.state === "ready" && (
        <>
          <h3>{t("card.pages")}</h3>
          <Trail pages={loaded.data.pages} />
          <h3>{t("card.earlier")}</h3>
          <Earlier earlier={loaded.data.earlier} />
        </>
      )}
    </section>
  );
}
