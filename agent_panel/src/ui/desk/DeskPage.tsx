// The desk: lists, up to four chats, the visitor's card. On a narrow screen one of the three at a time.
import { useEffect } from "preact/hooks";
import { hideChat, openChat, openFirst } from "../../net/orders.ts";
import { cardShown, desk, focusedPane, panes, route, settings } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Card } from "../card/Card.tsx";
import { Pane } from "../pane/Pane.tsx";
import { Empty } from "../parts/states.tsx";
import { Lists } from "./Lists.tsx";

function Panes() {
  const shown = panes.value.open.filter((id) => desk.value.threads[id]);
  if (shown.length === 0) {
    return (
      <section class="panes none" aria-label={t("panes.label")}>
        <Empty title={t("panes.empty")}>{t("panes.empty_how")}</Empty>
      </section>
    );
  }
  return (
    <section class="panes" data-count={shown.length} aria-label={t("panes.label")}>
      {shown.map((id) => {
        const thread = desk.value.threads[id];
        return thread && <Pane key={id} thread={thread} focused={focusedPane.value === id} />;
      })}
    </section>
  );
}

/** The address names the chat in front; coming from a link or from Back, it decides. */
function useAddress(): void {
  const here = route.value;
  const wanted = here.page === "chats" ? here.chat : null;
  const known = wanted !== null && desk.value.threads[wanted] !== undefined;
  useEffect(() => {
    if (wanted && known) openChat(wanted);
  }, [wanted, known]);
  const greeted = desk.value.agent !== null;
  useEffect(() => {
    if (greeted) openFirst();
  }, [greeted]);
  const stale = panes.value.open.find((id) => !desk.value.threads[id]);
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
