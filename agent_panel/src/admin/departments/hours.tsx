// The week and the holidays of a department.
import { useState } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";
import { Icon } from "../../ui/parts/Icon.tsx";
import { Segments } from "../../ui/parts/Segments.tsx";
import { Check } from "../parts/Check.tsx";
import { type Part, sentence } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import { useRowFocus } from "../parts/useRowFocus.ts";
import { DAYS, type Day, type Holiday, NEW_SLOT } from "../state/week.ts";
import words from "../words/departments.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";
import type { Draft } from "./draft.ts";
import { Slots } from "./slots.tsx";

const say = wordsOf(words);
const WORKDAYS: readonly Day[] = ["tue", "wed", "thu", "fri"];

export function WeekBox({ draft: { always, week }, error, set }: Part<Draft>) {
  const copy = (): void => {
    const copied = Object.fromEntries(WORKDAYS.map((day) => [day, week.mon.map((slot) => ({ ...slot }))]));
    set({ week: { ...week, ...copied } });
  };
  const wrong = error?.field === "hours" ? error.message : null;
  return (
    <Box title={say("hours.title")} about={say("hours.about")}>
      <Segments
        legend={say("hours.kind")}
        value={always}
        options={[
          [true, say("hours.always")],
          [false, say("hours.week")],
        ]}
        pick={(value) => set({ always: value })}
      />
      {!always && (
        <div class="week">
          {DAYS.map((day) => (
            <fieldset key={day} class="day">
              <legend>{say(`day.${day}`)}</legend>
              <div>
                {week[day].length === 0 && <span class="mut day-closed">{say("day.closed")}</span>}
                <Slots
                  of={say(`day.${day}`)}
                  field={`hours.${day}`}
                  slots={week[day]}
                  error={error}
                  set={(slots) => set({ week: { ...week, [day]: slots } })}
                />
              </div>
              {day === "mon" && week.mon.length > 0 && (
                <button type="button" class="btn quiet small-btn" onClick={copy}>
                  {say("day.copy")}
                </button>
              )}
            </fieldset>
          ))}
        </div>
      )}
      {wrong && (
        <p class="error" role="alert">
          {wrong}
        </p>
      )}
    </Box>
  );
}

const today = (): string => new Date().toISOString().slice(0, 10);

export function HolidaysBox({ draft: { holidays }, error, set }: Part<Draft>) {
  const [from] = useState(today);
  const [showsPast, setShowsPast] = useState(false);
  const past = holidays.filter(({ date }) => date !== "" && date < from).length;
  const change = (index: number, changes: Partial<Holiday>): void =>
    set({ holidays: holidays.map((holiday, n) => (n === index ? { ...holiday, ...changes } : holiday)) });
  const { around, added, removed } = useRowFocus();
  const isShown = ({ date }: Holiday, n: number): boolean =>
    showsPast || date === "" || date >= from || sentence(error, `holidays.${n}`) !== null;
  return (
    <Box title={say("holidays.title")} about={say("holidays.about")}>
      <div class="holidays" ref={around}>
        {holidays.map((holiday, n) =>
          isShown(holiday, n) ? (
            <HolidayRow
              key={n}
              n={n}
              holiday={holiday}
              error={error}
              change={(changes) => change(n, changes)}
              remove={() => {
                set({ holidays: holidays.filter((_, other) => other !== n) });
                removed();
              }}
            />
          ) : null,
        )}
        <div class="row-tools">
          <button
            type="button"
            class="btn quiet small-btn"
            data-add
            onClick={() => {
              set({ holidays: [...holidays, { date: "", slots: [] }] });
              added();
            }}
          >
            <Icon name="plus" />
            {say("holidays.add")}
          </button>
          {past > 0 && (
            <button type="button" class="btn plain small-btn" onClick={() => setShowsPast(!showsPast)}>
              {say(showsPast ? "holidays.hide_past" : "holidays.show_past", { n: past })}
            </button>
          )}
        </div>
      </div>
      {error?.field === "holidays" && <p class="error">{error.message}</p>}
    </Box>
  );
}

interface HolidayProps {
  n: number;
  holiday: Holiday;
  error: WireError | null;
  change: (changes: Partial<Holiday>) => void;
  remove: () => void;
}

function HolidayRow({ n, holiday, error, change, remove }: HolidayProps) {
  const field = `holidays.${n}`;
  const name = holiday.date ? dateName(holiday.date) : say("holiday.new");
  const wrong = error?.field === `${field}.date` ? error.message : null;
  const id = `${field}-error`;
  return (
    <fieldset class="holiday" data-row>
      <legend class="sr">{name}</legend>
      <div class="holiday-date">
        <input
          type="date"
          aria-label={say("holiday.date", { name })}
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? id : undefined}
          value={holiday.date}
          onInput={(event) => change({ date: event.currentTarget.value })}
        />
        {wrong && (
          <p class="error" id={id}>
            {wrong}
          </p>
        )}
      </div>
      <div class="holiday-times">
        <Check
          checked={holiday.slots.length === 0}
          set={(closed) => change({ slots: closed ? [] : [{ ...NEW_SLOT }] })}
        >
          {say("holiday.closed")}
        </Check>
        {holiday.slots.length > 0 && (
          <Slots
            of={name}
            field={`${field}.slots`}
            slots={holiday.slots}
            error={error}
            set={(slots) => change({ slots })}
          />
        )}
      </div>
      <button type="button" class="btn plain square" aria-label={say("holiday.remove", { name })} onClick={remove}>
        <Icon name="hide" />
      </button>
    </fieldset>
  );
}

function dateName(date: string): string {
  const day = new Date(`${date}T12:00:00Z`);
  const format: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return Number.isNaN(day.getTime()) ? date : day.toLocaleDateString(LOCALE, format);
}
