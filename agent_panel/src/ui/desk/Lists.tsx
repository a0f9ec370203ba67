// The left column: chats of one's own, chats to file, who waits in each department, colleagues. Each group reads its
// own part of the desk, and a row is drawn again only for another thread or entry: there may be hundreds.
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { colleagues, mine, needingResolution, waitingGroups, watched } from "../../state/lists.ts";
import { desk, dialog, profile, queues, team, threads } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Loading } from "../parts/states.tsx";
import { ChatRow } from "./ChatRow.tsx";
import { ColleagueRow } from "./ColleagueRow.tsx";
import { WaitingRow } from "./WaitingRow.tsx";

interface GroupProps {
  title: string;
  n: number;
  empty?: string;
  hint?: string;
  children: ComponentChildren[];
}

function Group({ title, n, empty, hint, children }: GroupProps) {
  if (n === 0 && empty === undefined) return null;
  return (
    <section class="group">
      <h2>
        <span class="clip">{title}</span> <span class="num">{n}</span>
      </h2>
      {hint && n > 0 && <p class="tiny group-hint">{hint}</p>}
      {n === 0 ? <p class="group-empty">{empty}</p> : <ul>{children}</ul>}
    </section>
  );
}

function Mine() {
  const status = useComputed(() => desk.value.status).value;
  const own = mine({ threads: threads.value });
  return (
    <Group title={t("list.mine")} n={own.length} empty={t(`list.mine_empty_${status}`)}>
      {own.map((thread) => (
        <ChatRow key={thread.chat.id} thread={thread} />
      ))}
    </Group>
  );
}

function ToFile() {
  const chats = needingResolution({ threads: threads.value, agent: profile.value });
  return (
    <Group title={t("list.to_file")} n={chats.length} hint={t("list.to_file_hint")}>
      {chats.map((thread) => (
        <ChatRow key={thread.chat.id} thread={thread} />
      ))}
    </Group>
  );
}

function Watched() {
  const chats = watched({ threads: threads.value });
  return (
    <Group title={t("list.watched")} n={chats.length}>
      {chats.map((thread) => (
        <ChatRow key={thread.chat.id} thread={thread} />
      ))}
    </Group>
  );
}

function Waiting() {
  return (
    <>
      {waitingGroups({ agent: profile.value, queues: queues.value }).map(({ department, total, waiting }) => (
        <Group
          key={department.id}
          title={t("list.waiting", { department: department.name })}
          n={total}
          empty={t("list.waiting_empty")}
        >
          {[
            ...waiting.map((entry) => <WaitingRow key={entry.chat_id} entry={entry} department={department} />),
            total > waiting.length && (
              <li key="more" class="tiny group-hint">
                {t("list.more_waiting", { n: total - waiting.length })}
              </li>
            ),
          ]}
        </Group>
      ))}
    </>
  );
}

function Colleagues() {
  const others = colleagues({ agent: profile.value, team: team.value });
  return (
    <Group title={t("list.colleagues")} n={others.length} empty={t("list.colleagues_empty")}>
      {others.map((entry) => (
        <ColleagueRow key={entry.agent.id} entry={entry} />
      ))}
    </Group>
  );
}

export function Lists() {
  if (profile.value === null) {
    return (
      <section class="lists" aria-label={t("list.label")}>
        <Loading lines={6} />
      </section>
    );
  }
  return (
    <section class="lists" aria-label={t("list.label")}>
      <Mine />
      <ToFile />
      <Watched />
      <Waiting />
      <Colleagues />
      <button
        type="button"
        class="btn quiet list-action"
        onClick={() => {
          dialog.value = { kind: "ticket", chat: null };
        }}
      >
        <Icon name="plus" />
        {t("list.new_ticket")}
      </button>
    </section>
  );
}
