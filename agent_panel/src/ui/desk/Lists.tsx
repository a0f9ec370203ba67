// The left column: chats of one's own, chats to file, who waits in each department, colleagues.
import type { ComponentChildren } from "preact";
import { colleagues, mine, needingResolution, waitingGroups, watched } from "../../state/lists.ts";
import { desk, dialog } from "../../state/store.ts";
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

function Waiting() {
  return (
    <>
      {waitingGroups(desk.value).map(({ department, total, waiting }) => (
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

export function Lists() {
  const state = desk.value;
  if (state.agent === null) {
    return (
      <section class="lists" aria-label={t("list.label")}>
        <Loading lines={6} />
      </section>
    );
  }
  const own = mine(state);
  const toFile = needingResolution(state);
  const along = watched(state);
  const team = colleagues(state);
  return (
    <section class="lists" aria-label={t("list.label")}>
      <Group title={t("list.mine")} n={own.length} empty={t(`list.mine_empty_${state.status}`)}>
        {own.map((thread) => (
          <ChatRow key={thread.chat.id} thread={thread} />
        ))}
      </Group>
      <Group title={t("list.to_file")} n={toFile.length} hint={t("list.to_file_hint")}>
        {toFile.map((thread) => (
          <ChatRow key={thread.chat.id} thread={thread} />
        ))}
      </Group>
      <Group title={t("list.watched")} n={along.length}>
        {along.map((thread) => (
          <ChatRow key={thread.chat.id} thread={thread} />
        ))}
      </Group>
      <Waiting />
      <Group title={t("list.colleagues")} n={team.length} empty={t("list.colleagues_empty")}>
        {team.map((entry) => (
          <ColleagueRow key={entry.agent.id} entry={entry} />
        ))}
      </Group>
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
