// Small editors that save at once and say under themselves why they could not.
import type { InputHTMLAttributes } from "preact";
import { useId, useState } from "preact/hooks";
import type { Ack, Chat, Priority, Topic, WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { PriorityMark } from "../parts/marks.tsx";
import { useFocus } from "../parts/useFocus.ts";

export const PRIORITIES: Priority[] = ["low", "normal", "high", "urgent"];

type Saver<T> = (value: T) => Promise<Ack<object>>;

function useSaving<T>(set: Saver<T>): [WireError | null, boolean, (value: T) => Promise<boolean>] {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (value: T): Promise<boolean> => {
    setBusy(true);
    const reply = await set(value);
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    return reply.ok;
  };
  return [error, busy, save];
}

function Failure({ error, id }: { error: WireError | null; id?: string }) {
  if (!error) return null;
  return (
    <span class="error block" role="alert" id={id}>
      {error.message}
    </span>
  );
}

function FocusedInput(props: Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "ref">) {
  const input = useFocus<HTMLInputElement>();
  return <input ref={input} {...(props as object)} />;
}

interface EditableTextProps {
  label: string;
  value: string;
  empty: string;
  type?: "text" | "email";
  set: Saver<string>;
}

/** Shows a value as text; a click makes it an input, Enter saves, Escape leaves it as it was. */
export function EditableText({ label, value, empty, type = "text", set }: EditableTextProps) {
  const [editing, setEditing] = useState<string | null>(null);
  const [error, busy, save] = useSaving(set);
  const errorId = useId();
  if (editing === null) {
    return (
      <button
        type="button"
        class="editable"
        aria-label={t("edit.named", { name: label, value: value || empty })}
        onClick={() => setEditing(value)}
      >
        <span class={value ? "" : "mut"} dir="auto">
          {value || empty}
        </span>
      </button>
    );
  }
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (editing.trim() === value || (await save(editing.trim()))) setEditing(null);
  };
  return (
    <form class="inline-form" onSubmit={submit} noValidate>
      <FocusedInput
        inputMode={type}
        value={editing}
        aria-label={label}
        aria-invalid={error !== null}
        aria-describedby={error ? errorId : undefined}
        onInput={(event) => setEditing(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setEditing(null);
        }}
      />
      <button type="submit" class="btn soft" disabled={busy}>
        {t("edit.save")}
      </button>
      <Failure error={error} id={errorId} />
    </form>
  );
}

export function PriorityPicker({ value, set, label }: { value: Priority; set: Saver<Priority>; label?: string }) {
  const [error, busy, save] = useSaving(set);
  return (
    <span class={`picker p-${value}`}>
      <PriorityMark priority={value} always />
      <select
        value={value}
        disabled={busy}
        aria-label={label ?? t("card.priority")}
        onChange={(event) => void save(event.currentTarget.value as Priority)}
      >
        {PRIORITIES.map((priority) => (
          <option key={priority} value={priority}>
            {t(`priority.${priority}`)}
          </option>
        ))}
      </select>
      <Failure error={error} />
    </span>
  );
}

/** The topics of a department and those of all, and whatever is set already. */
export function topicNames(topics: readonly Topic[], departmentId: string, current: string | null): string[] {
  const names = topics.filter((x) => x.department === null || x.department === departmentId).map((x) => x.name);
  return [...new Set(current ? [...names, current] : names)];
}

interface TopicPickerProps {
  chat: Pick<Chat, "topic" | "department">;
  topics: readonly Topic[];
  set: Saver<string | null>;
}

export function TopicPicker({ chat, topics, set }: TopicPickerProps) {
  const [error, busy, save] = useSaving(set);
  return (
    <>
      <select
        class="bare"
        value={chat.topic ?? ""}
        disabled={busy}
        aria-label={t("card.topic")}
        onChange={(event) => void save(event.currentTarget.value || null)}
      >
        <option value="">{t("card.no_topic")}</option>
        {topicNames(topics, chat.department.id, chat.topic).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <Failure error={error} />
    </>
  );
}

export function TagsEditor({ tags, set }: { tags: readonly string[]; set: Saver<string[]> }) {
  const [text, setText] = useState("");
  const [error, busy, save] = useSaving(set);
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    const tag = text.trim();
    if (tag && (tags.includes(tag) || (await save([...tags, tag])))) setText("");
  };
  return (
    <div class="tags">
      {tags.map((tag) => (
        <span class="tag" key={tag}>
          <span dir="auto">{tag}</span>
          <button
            type="button"
            aria-label={t("tags.remove", { tag })}
            disabled={busy}
            onClick={() => void save(tags.filter((known) => known !== tag))}
          >
            <Icon name="hide" />
          </button>
        </span>
      ))}
      <form onSubmit={add}>
        <input
          value={text}
          maxLength={40}
          aria-label={t("tags.add")}
          placeholder={t("tags.add")}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </form>
      <Failure error={error} />
    </div>
  );
}
