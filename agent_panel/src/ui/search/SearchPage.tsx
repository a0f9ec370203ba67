// Search over all conversations one may see: words, visitor, agent, department, dates. The question stands in the
// address, so that it can be sent to a colleague.
import { useState } from "preact/hooks";
import { agents, searchChats } from "../../net/api.ts";
import { hrefOf } from "../../state/route.ts";
import { agent } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { usePages } from "../parts/usePages.ts";
import { FoundChatRow } from "./FoundChatRow.tsx";

const FIELDS = ["q", "visitor", "agent", "department", "from", "to"] as const;
type Query = Record<string, string>;

function SearchForm({ query }: { query: Query }) {
  const [form, setForm] = useState<Query>(query);
  const [colleagues] = useLoad("agents", agents);
  const people = colleagues.state === "ready" ? colleagues.data.agents : [];
  const set = (name: string) => (event: { currentTarget: { value: string } }) =>
    setForm({ ...form, [name]: event.currentTarget.value });
  const text = (name: string) => (ids: object) => <input {...ids} value={form[name] ?? ""} onInput={set(name)} />;
  const date = (name: string) => (ids: object) => (
    <input {...ids} type="date" value={form[name] ?? ""} onInput={set(name)} />
  );
  const choice = (name: string, options: { id: string; name: string }[]) => (ids: object) => (
    <select {...ids} value={form[name] ?? ""} onChange={set(name)}>
      <option value="">{t("search.any")}</option>
      {options.map((option) => (
        <option key={option.id} value={option.id}>
          {option.name}
        </option>
      ))}
    </select>
  );
  const submit = (event: Event): void => {
    event.preventDefault();
    const asked = Object.fromEntries(FIELDS.map((name) => [name, form[name]?.trim() ?? ""]));
    location.hash = hrefOf({ page: "search", query: asked });
  };
  return (
    <search>
      <form class="search-form" onSubmit={submit}>
        <Field label={t("search.words")}>{text("q")}</Field>
        <Field label={t("search.visitor")}>{text("visitor")}</Field>
        <Field label={t("search.agent")}>{choice("agent", people)}</Field>
        <Field label={t("card.department")}>{choice("department", agent.value?.departments ?? [])}</Field>
        <Field label={t("search.from")}>{date("from")}</Field>
        <Field label={t("search.to")}>{date("to")}</Field>
        <button type="submit">{t("search.submit")}</button>
      </form>
    </search>
  );
}

function Results({ query }: { query: Query }) {
  const pages = usePages(JSON.stringify(query), async (cursor) => {
    const reply = await searchChats(query, cursor);
    return reply.ok ? { ok: true, items: reply.chats, next: reply.next } : reply;
  });
  const [found] = pages;
  const count = (
    <p class="small mut" role="status">
      {t(found.next ? "search.found_more" : "search.found", { n: found.items.length })}
    </p>
  );
  return (
    <PagedList
      pages={pages}
      class="found-list"
      head={found.items.length > 0 && count}
      empty={<Empty title={t("search.empty")}>{t("search.empty_how")}</Empty>}
    >
      {(chat) => <FoundChatRow key={chat.id} chat={chat} words={query.q ?? ""} />}
    </PagedList>
  );
}

export function SearchPage({ query }: { query: Query }) {
  return (
    <main class="page search" aria-label={t("nav.search")}>
      <div class="page-column">
        <h2 class="page-title">{t("search.title")}</h2>
        <SearchForm key={JSON.stringify(query)} query={query} />
        <Results query={query} />
      </div>
    </main>
  );
}
