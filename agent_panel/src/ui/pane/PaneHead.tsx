import { useComputed } from "@preact/signals";
import { hideChat } from "../../net/orders.ts";
import { togglePin } from "../../state/panes.ts";
import { hrefOf } from "../../state/route.ts";
import { cardShown, dialog, panes, settings } from "../../state/store.ts";
import type { Thread } from "../../state/thread.ts";
import { visitorName } from "../../words/people.ts";
import { t } from "../../words/words.ts";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { AgeLight, PriorityMark, VerifiedMark } from "../parts/marks.tsx";

interface ToolProps {
  icon: IconName;
  words: string;
  onClick: () => void;
  "aria-pressed"?: boolean;
}

function Tool({ icon, words, ...rest }: ToolProps) {
  return (
    <button type="button" class="btn plain square" aria-label={words} title={words} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/** Wide screens have the card as a column, narrow ones lay it over the chat. */
function toggleCard(): void {
  if (window.innerWidth >= 1100) settings.value = { ...settings.value, cardOpen: !settings.value.cardOpen };
  else cardShown.value = !cardShown.value;
}

function Clock({ thread }: { thread: Thread }) {
  const { chat } = thread;
  if (chat.state === "queued" && chat.queued_at)
    return <AgeLight since={chat.queued_at} label="waiting" of={chat.department} />;
  if (chat.state !== "active") return null;
  if (chat.oldest_unanswered_at)
    return <AgeLight since={chat.oldest_unanswered_at} label="unanswered" of={chat.department} />;
  return <span class="tiny">{t("row.answered")}</span>;
}

function Orders({ id }: { id: string }) {
  return (
    <div class="pane-orders">
      <button
        type="button"
        class="btn quiet small-btn"
        onClick={() => {
          dialog.value = { kind: "transfer", chat: id };
        }}
      >
        {t("pane.transfer")}
      </button>
      <button
        type="button"
        class="btn quiet small-btn"
        onClick={() => {
          dialog.value = { kind: "close", chat: id };
        }}
      >
        {t("pane.close")}
      </button>
    </div>
  );
}

export function PaneHead({ thread }: { thread: Thread }) {
  const { chat } = thread;
  const place = { department: chat.department.name, tier: chat.tier };
  const pinned = useComputed(() => panes.value.pinned.includes(chat.id)).value;
  return (
    <header class="pane-head">
      <div class="pane-who">
        <a class="btn plain square back" href={hrefOf({ page: "chats", chat: null })} aria-label={t("pane.back")}>
          <Icon name="back" />
        </a>
        <h2 dir="auto" title={visitorName(chat.visitor)}>
          {visitorName(chat.visitor)}
        </h2>
        <Clock thread={thread} />
        <div class="pane-tools">
          <Tool
            icon="why"
            words={t("pane.why")}
            onClick={() => {
              dialog.value = { kind: "decisions", chat: chat.id };
            }}
          />
          <Tool icon="card" words={t("pane.card")} onClick={toggleCard} />
          <span class="wide-only">
            <Tool
              icon="pin"
              words={t("pane.pin")}
              aria-pressed={pinned}
              onClick={() => {
                panes.value = togglePin(panes.value, chat.id);
              }}
            />
          </span>
          <Tool icon="hide" words={t("pane.hide")} onClick={() => hideChat(chat.id)} />
        </div>
      </div>
      <div class="pane-what">
        <span class="pane-facts">
          <VerifiedMark verified={chat.visitor.verified} />
          <span class="tiny clip" title={t("pane.department", place)}>
            {chat.tier === 1 ? chat.department.name : t("pane.higher_tier", place)}
          </span>
          <PriorityMark priority={chat.priority} />
        </span>
        {thread.held && chat.state === "active" && <Orders id={chat.id} />}
      </div>
    </header>
  );
}
