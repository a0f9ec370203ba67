// What the list of tickets is narrowed down to: a shelf, words, and three choices.
import type { Named } from "../../net/wire.ts";
import { SHELVES, STATUS_CHOICES, type TicketView } from "../../state/ticketView.ts";
import { type Key, t } from "../../words/words.ts";

interface FilterProps {
  view: TicketView;
  set: (view: TicketView) => void;
  rooms: Named[];
}

interface ChoiceProps {
  label: Key;
  value: string;
  options: [value: string, words: string][];
  pick: (value: string) => void;
}

function Choice({ label, value, options, pick }: ChoiceProps) {
  return (
    <select aria-label={t(label)} value={value} onChange={(event) => pick(event.currentTarget.value)}>
      {options.map(([id, words]) => (
        <option key={id} value={id}>
          {words}
        </option>
      ))}
    </select>
  );
}

function Shelves({ view, set }: Pick<FilterProps, "view" | "set">) {
  return (
    <fieldset class="shelves">
      <legend class="sr">{t("tickets.shelf")}</legend>
      {SHELVES.map((shelf) => (
        <label key={shelf} class={`shelf ${shelf}`}>
          <input type="radio" name="shelf" checked={view.shelf === shelf} onChange={() => set({ ...view, shelf })} />
          <span>{t(`tickets.shelf.${shelf}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function FilterBar({ view, set, rooms }: FilterProps) {
  return (
    <search class="filters ticket-filters">
      <Shelves view={view} set={set} />
      <input
        type="search"
        aria-label={t("tickets.search")}
        placeholder={t("tickets.search")}
        value={view.q}
        onChange={(event) => set({ ...view, q: event.currentTarget.value.trim() })}
      />
      <Choice
        label="tickets.by_status"
        value={view.status}
        options={STATUS_CHOICES.map((status) => [status, t(`tickets.status.${status}`)])}
        pick={(status) => set({ ...view, status })}
      />
      {rooms.length > 1 && (
        <Choice
          label="tickets.by_department"
          value={view.department}
          options={[["", t("tickets.any_department")], ...rooms.map(({ id, name }): [string, string] => [id, name])]}
          pick={(department) => set({ ...view, department })}
        />
      )}
      <Choice
        label="tickets.by_tier"
        value={view.tier}
        options={[
          ["", t("tickets.any_tier")],
          ...["1", "2", "3"].map((tier): [string, string] => [tier, t("tickets.tier", { tier })]),
        ]}
        pick={(tier) => set({ ...view, tier })}
      />
    </search>
  );
}
