// The top bar: where one is, whether the desk is live, how full it is, and who one is to the visitors right now.
import { signOut } from "../../net/orders.ts";
import { load } from "../../state/lists.ts";
import { hrefOf, type Route } from "../../state/route.ts";
import { agent, desk, dialog, route } from "../../state/store.ts";
import { clockTime } from "../../words/moments.ts";
import { initials } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { Logo } from "./Logo.tsx";
import { SettingsPanel } from "./SettingsPanel.tsx";
import { StatusMenu } from "./StatusMenu.tsx";

function Link({ to, active, words }: { to: Route; active: boolean; words: string }) {
  return (
    <a href={hrefOf(to)} aria-current={active ? "page" : undefined}>
      {words}
    </a>
  );
}

function Pages() {
  const page = route.value.page;
  const manages = agent.value !== null && agent.value.role !== "agent";
  return (
    <nav class="pages" aria-label={t("nav.label")}>
      <Link to={{ page: "chats", chat: null }} active={page === "chats"} words={t("nav.chats")} />
      <Link to={{ page: "tickets", number: null }} active={page === "tickets"} words={t("nav.tickets")} />
      <Link to={{ page: "contacts", contact: null }} active={page === "contacts"} words={t("nav.contacts")} />
      <Link
        to={{ page: "search", query: {} }}
        active={page === "search" || page === "transcript"}
        words={t("nav.search")}
      />
      <Link to={{ page: "problems", problem: null }} active={page === "problems"} words={t("nav.problems")} />
      <Link to={{ page: "incidents", incident: null }} active={page === "incidents"} words={t("nav.incidents")} />
      {manages && (
        <Link
          to={{ page: "mails", mail: null }}
          active={page === "mails" || page === "inbound"}
          words={t("nav.mails")}
        />
      )}
      {manages && <a href="/manager">{t("nav.reports")}</a>}
      {agent.value?.role === "agent" && <a href="/manager/people">{t("nav.own_figures")}</a>}
    </nav>
  );
}

export function StateLine() {
  const connection = desk.value.connection;
  const words =
    connection.state === "offline"
      ? t("state.offline", { time: clockTime(connection.since) })
      : t(`state.${connection.state}`);
  const light = { live: "g", catching_up: "a", connecting: "a", offline: "r" }[connection.state];
  return (
    <span class={`light ${light} state-line`} role="status">
      {words}
    </span>
  );
}

export function Bar() {
  const has = load(desk.value);
  const full = desk.value.capacity > 0 && has >= desk.value.capacity;
  return (
    <header class="bar">
      <h1 class="sr">{t("app.title")}</h1>
      <Logo />
      <Pages />
      <div class="bar-right">
        <StateLine />
        <span class={full ? "small num load full" : "small num load"}>
          {t("load", { n: has, capacity: desk.value.capacity })}
        </span>
        <StatusMenu />
        <Menu label={<Icon name="gear" />} name={t("settings.title")} class="btn quiet square">
          {() => <SettingsPanel />}
        </Menu>
        <Menu
          label={
            <>
              <span class="avatar" aria-hidden="true">
                {initials(agent.value?.name ?? "")}
              </span>
              <span class="me-name">{agent.value?.name}</span>
              <Icon name="chevron" />
            </>
          }
          class="btn plain"
        >
          {(close) => (
            <div class="menu-list">
              <p class="small">
                <b>{agent.value?.name}</b>
                <br />
                <span class="mut">{agent.value?.email}</span>
              </p>
              <button
                type="button"
                class="menu-item"
                onClick={() => {
                  close();
                  dialog.value = { kind: "keys" };
                }}
              >
                <Icon name="keys" />
                {t("keys.title")}
              </button>
              <button type="button" class="menu-item" onClick={() => void signOut()}>
                <Icon name="out" />
                {t("sign_out")}
              </button>
            </div>
          )}
        </Menu>
      </div>
    </header>
  );
}
