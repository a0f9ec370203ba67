import type { Colleague, Named } from "../../net/wire.ts";
import { agent } from "../../state/store.ts";
import { t } from "../../words/words.ts";

export interface TicketView {
  q: string;
  /** "unsolved", "solved", "all", or one status. */
  status: string;
  department: string;
  assignee: string;
}

const STATUSES = ["unsolved", "open", "in_progress", "waiting", "solved", "all"] as const;

interface FilterProps {
  view: TicketView;
  set: (view: TicketView) => void;
  people: Colleague[];
  rooms: Named[];
}

export function FilterBar({ view, set, people, rooms }: FilterProps) {
  const others = people.filter((colleague) => colleague.id !== agent.value?.id);
  return (
    <search class="filters">
      <input
        type="search"
        aria-label={t("tickets.search")}
        placeholder={t("tickets.search")}
        value={view.q}
        onChange={(event) => set({ ...view, q: event.currentTarget.value.trim() })}
      />
      <select
        aria-label={t("tickets.by_status")}
        value={view.status}
        onChange={(e) => set({ ...view, status: e.currentTarget.value })}
      >
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`tickets.status.${status}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t("tickets.by_department")}
        value={view.department}
        onChange={(event) => set({ ...view, department: event.currentTarget.value })}
      >
        <option value="">{t("tickets.any_department")}</option>
        {rooms.map((room) => (
          <option key={room.id} value={room.id}>
            {room.name}
          </option>
        ))}
      </select>
      <select
        aria-label={t("tickets.by_assignee")}
        value={view.assignee}
        onChange={(event) => set({ ...view, assignee: event.currentTarget.value })}
      >
        <option value="">{t("tickets.any_assignee")}</option>
        {agent.value && <option value={agent.value.id}>{t("tickets.mine")}</option>}
        {others.map((colleague) => (
          <option key={colleague.id} value={colleague.id}>
            {colleague.name}
          </option>
        ))}
      </select>
    </search>
  );
}
