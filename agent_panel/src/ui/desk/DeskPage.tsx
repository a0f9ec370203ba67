// The desk: lists, up to four chats, the visitor's card. On a narrow screen one of the three at a time.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { hideChat, openChat, openFirst } from "../../net/orders.ts";
import { cardShown, focusedPane, panes, profile, route, settings, threads } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Card } from "../card/Card.tsx";
import { Pane } from "../pane/Pane.tsx";
import { Empty } from "../parts/states.tsx";
import { Lists } from "./Lists.tsx";

function Panes() {
  const shown = panes.value.open.filter((id) => threads.value[id]);
  if (shown.length === 0) {
    return (
      <section class="panes none" aria-label={t("panes.label")}>
        <Empty title={t("panes.empty")}>{t("panes.empty_how")}</Empty>
      </section>
    );
  }
  return (
    <section class="panes" data-count={shown.length} aria-label={t("panes.label")}>
      {shown.map((id) => (
        <Pane key={id} id={id} focused={focusedPane.value === id} />
      ))}
    </section>
  );
}

/** The address names the chat in front; coming from a link or from Back, it decides. */
function useAddress(): void {
  const wanted = useComputed(() => (route.value.page === "chats" ? route.value.chat : null)).value;
  const known = useComputed(() => route.value.page === "chats" && threads.value[route.value.chat ?? ""] !== undefined);
  const mayOpen = known.value;
  useEffect(() => {
    if (wanted && mayOpen) openChat(wanted);
  }, [wanted, mayOpen]);
  const greeted = profile.value !== null;
  useEffect(() => {
    if (greeted) openFirst();
  }, [greeted]);
  const stale = useComputed(() => panes.value.open.find((id) => !threads.value[id])).value;
  useEffect(() => {
    if (greeted && stale) hideChat(stale);
  }, [greeted, stale]);
}

export function DeskPage() {
  useAddress();
  const here = route.value;
  const inChat = here.page === "chats" && here.chat !== null;
  const withCard = settings.value.cardOpen && focusedPane.value !== null;
  const classes = ["desk", inChat && "in-chat", withCard && "with-card", cardShown.value && "card-over"];
  return (
    <main class={classes.filter(Boolean).join(" ")} aria-label={t("nav.chats")}>
      <Lists />
      <Panes />
      {focusedPane.value && <Card key={focusedPane.value} id={focusedPane.value} />}
    </main>
  );
}
