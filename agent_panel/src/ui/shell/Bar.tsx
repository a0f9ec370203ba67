// The top bar: where one is, whether the desk is live, how full it is, and who one is to the visitors right now.
import { useComputed } from "@preact/signals";
import { signOut } from "../../net/orders.ts";
import { load } from "../../state/lists.ts";
import { agent, desk, dialog, threads } from "../../state/store.ts";
import { clockTime } from "../../words/moments.ts";
import { initials } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import { Logo } from "./Logo.tsx";
import { Pages } from "./Pages.tsx";
import { SettingsPanel } from "./SettingsPanel.tsx";
import { StatusMenu } from "./StatusMenu.tsx";

export function StateLine() {
  const connection = useComputed(() => desk.value.connection).value;
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

function Load() {
  const capacity = useComputed(() => desk.value.capacity).value;
  const has = useComputed(() => load({ threads: threads.value })).value;
  const full = capacity > 0 && has >= capacity;
  return <span class={full ? "small num load full" : "small num load"}>{t("load", { n: has, capacity })}</span>;
}

export function Bar() {
  return (
    <header class="bar">
      <h1 class="sr">{t("app.title")}</h1>
      <Logo />
      <Pages />
      <div class="bar-right">
        <StateLine />
        <Load />
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
              <a class="btn menu-item" href="/account">
                <Icon name="shield" />
                {t("account.link")}
              </a>
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
