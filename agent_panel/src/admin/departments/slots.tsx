// The times of one day or date: from, to, and whether it is a night. An error stands beside the very slot.
import type { WireError } from "../../net/wire.ts";
import { Icon } from "../../ui/parts/Icon.tsx";
import { Check } from "../parts/Check.tsx";
import { isAbout, sentence } from "../parts/Form.tsx";
import { useRowFocus } from "../parts/useRowFocus.ts";
import { endsBefore, nextSlot, readTime, type Slot } from "../state/week.ts";
import words from "../words/departments.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);

interface SlotsProps {
  /** Whose times, for the names of the fields: "Monday", "25 December". */
  of: string;
  /** As the server names them in errors: "hours.mon". */
  field: string;
  slots: readonly Slot[];
  error: WireError | null;
  set: (slots: Slot[]) => void;
}

export function Slots({ of, field, slots, error, set }: SlotsProps) {
  const change = (index: number, changes: Partial<Slot>): void => {
    set(slots.map((slot, n) => (n === index ? { ...slot, ...changes } : slot)));
  };
  const { around, added, removed } = useRowFocus();
  return (
    <div class="slots" ref={around}>
      {slots.map((slot, n) => (
        <SlotRow
          key={n}
          name={say("slot.of", { n: n + 1, of })}
          slot={slot}
          error={error}
          field={`${field}.${n}`}
          change={(changes) => change(n, changes)}
          remove={() => {
            set(slots.filter((_, other) => other !== n));
            removed();
          }}
        />
      ))}
      <button
        type="button"
        class="btn plain small-btn"
        data-add
        onClick={() => {
          set([...slots, nextSlot(slots)]);
          added();
        }}
      >
        <Icon name="plus" />
        {say("slot.add")}
        <span class="sr"> {of}</span>
      </button>
    </div>
  );
}

interface RowProps {
  name: string;
  slot: Slot;
  error: WireError | null;
  field: string;
  change: (changes: Partial<Slot>) => void;
  remove: () => void;
}

function SlotRow({ name, slot, error, field, change, remove }: RowProps) {
  const wrong = sentence(error, field);
  const id = `${field}-error`;
  const mayBeNight = slot.overnight || endsBefore(slot);
  return (
    <div class="slot" data-row>
      <div class="slot-row">
        <Time
          name={say("slot.from", { name })}
          value={slot.from}
          wrong={isAbout(error, `${field}.from`)}
          describedBy={wrong ? id : undefined}
          set={(from) => change({ from })}
        />
        <span aria-hidden="true">–</span>
        <Time
          name={say("slot.to", { name })}
          value={slot.to}
          wrong={isAbout(error, `${field}.to`)}
          describedBy={wrong ? id : undefined}
          set={(to) => change({ to, overnight: slot.overnight && endsBefore({ ...slot, to }) })}
        />
        <button type="button" class="btn plain square" aria-label={say("slot.remove", { name })} onClick={remove}>
          <Icon name="hide" />
        </button>
      </div>
      {mayBeNight && (
        <Check class="slot-night" checked={slot.overnight} set={(overnight) => change({ overnight })}>
          {say("slot.overnight")}
        </Check>
      )}
      {wrong && (
        <p class="error" id={id}>
          {wrong}
        </p>
      )}
    </div>
  );
}

interface TimeProps {
  name: string;
  value: string;
  wrong: boolean;
  describedBy: string | undefined;
  set: (value: string) => void;
}

/** Typed, not picked: a browser's own field shows 12 hours where its language does, and knows no 24:00. */
function Time({ name, value, wrong, describedBy, set }: TimeProps) {
  return (
    <input
      class="time"
      aria-label={name}
      aria-invalid={wrong}
      aria-describedby={describedBy}
      inputMode="numeric"
      autocomplete="off"
      maxLength={5}
      placeholder={say("time.example")}
      value={value}
      onInput={(event) => set(event.currentTarget.value)}
      onBlur={(event) => {
        const read = readTime(event.currentTarget.value);
        if (read !== value) set(read);
      }}
    />
  );
}
