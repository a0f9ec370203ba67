// Where the agent writes: an answer or a note, with canned replies behind "/". What is typed is a draft at once.
import { useComputed } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { say, sayFile } from "../../net/delivery.ts";
import { markTyping } from "../../net/orders.ts";
import type { CannedReply } from "../../net/wire.ts";
import { fill, gapsIn, matching, shortcutAt, variablesOf } from "../../state/canned.ts";
import { agent, desk, draft, setDraft, settings } from "../../state/store.ts";
import type { Thread } from "../../state/thread.ts";
import { t, tOr } from "../../words/words.ts";
import { AttachButton, pasted, UploadTray, useDropping, useUploads } from "../parts/Attachments.tsx";
import { CannedList, optionId } from "./CannedList.tsx";

const MOST_CHARACTERS = 8000;
const TYPING_EVERY_MS = 3000;

/** Tells the visitor that somebody is typing: at most every three seconds, and at once when it stops. */
function useTyping(chatId: string) {
  const last = useRef(0);
  const tell = (on: boolean): void => {
    if (on && Date.now() - last.current < TYPING_EVERY_MS) return;
    if (!on && last.current === 0) return;
    last.current = on ? Date.now() : 0;
    markTyping(chatId, on);
  };
  // Only when the pane goes away.
  useEffect(() => () => tell(false), []);
  return tell;
}

/** Selects in the text that the next drawing shows: later would be on top of what is typed meanwhile. */
function useSelection(area: RefObject<HTMLTextAreaElement | null>) {
  const [wanted, setWanted] = useState<{ from: number; to: number } | null>(null);
  useLayoutEffect(() => {
    if (!wanted) return;
    area.current?.focus();
    area.current?.setSelectionRange(wanted.from, wanted.to);
  }, [wanted]);
  return setWanted;
}

export function Composer({ thread }: { thread: Thread }) {
  const id = thread.chat.id;
  const { text, note } = useComputed(() => draft(id)).value;
  const area = useRef<HTMLTextAreaElement>(null);
  const select = useSelection(area);
  const [caret, setCaret] = useState(0);
  const [dismissed, setDismissed] = useState(false);
  const [inside, setInside] = useState(false);
  const [active, setActive] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const typing = useTyping(id);
  const uploads = useUploads({ chat_id: id }, (file) => sayFile(id, file));
  const dropping = useDropping(area, uploads);

  const shortcut = dismissed || !inside ? null : shortcutAt(text, caret);
  const replies = shortcut ? matching(desk.value.canned, shortcut.query, thread.chat.department.id) : [];
  const listOpen = shortcut !== null && (replies.length > 0 || shortcut.query === "");
  const values = variablesOf(thread.chat, agent.value?.name ?? "");
  const listId = `canned-${id}`;
  const chosen = Math.min(active, Math.max(0, replies.length - 1));

  const write = (value: string, at: number): void => {
    setDraft(id, { text: value });
    setCaret(at);
    setDismissed(false);
    setActive(0);
    setProblem(null);
    if (!note) typing(value !== "");
  };

  const insert = (reply: CannedReply): void => {
    if (!shortcut) return;
    const filled = fill(reply.body, values);
    const value = text.slice(0, shortcut.from) + filled + text.slice(caret);
    const end = shortcut.from + filled.length;
    write(value, end);
    setDismissed(true);
    const gap = gapsIn(value)[0];
    select({ from: gap?.from ?? end, to: gap?.to ?? end });
  };

  const send = (): void => {
    const body = text.trim();
    const gap = note ? undefined : gapsIn(text)[0];
    if (gap) {
      setProblem(t("composer.gap", { what: tOr(`variable.${gap.name}`, gap.name) }));
      select(gap);
    } else if (body.length > MOST_CHARACTERS) {
      setProblem(t("composer.too_long", { n: body.length - MOST_CHARACTERS }));
    } else if (body) {
      typing(false);
      say(id, body, note ? "note" : "message");
      area.current?.focus();
    }
  };

  const onListKey = (event: KeyboardEvent): boolean => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && replies.length > 0) setActive((chosen + step + replies.length) % replies.length);
    else if ((event.key === "Enter" || event.key === "Tab") && replies[chosen]) insert(replies[chosen]);
    else if (event.key === "Escape") setDismissed(true);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (listOpen && onListKey(event))) return;
    if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
    const ordered = event.ctrlKey || event.metaKey || settings.value.enterSends;
    if (!ordered) return;
    event.preventDefault();
    send();
  };

  const track = (): void => setCaret(area.current?.selectionStart ?? 0);

  return (
    <div class={`composer${note ? " noting" : ""}`}>
      {listOpen && <CannedList id={listId} replies={replies} active={chosen} values={values} pick={insert} />}
      {dropping && <p class="drop">{t("file.drop")}</p>}
      <textarea
        ref={area}
        rows={2}
        dir="auto"
        data-composer={id}
        value={text}
        aria-label={t(note ? "composer.note_label" : "composer.label")}
        placeholder={t(note ? "composer.note_placeholder" : "composer.placeholder")}
        aria-autocomplete="list"
        aria-controls={listOpen ? listId : undefined}
        aria-activedescendant={listOpen && replies.length > 0 ? optionId(listId, chosen) : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem ? `problem-${id}` : undefined}
        onInput={(event) => write(event.currentTarget.value, event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={(event) => pasted(event, uploads)}
        onKeyUp={track}
        onClick={track}
        onFocus={() => setInside(true)}
        onBlur={() => {
          setInside(false);
          typing(false);
        }}
      />
      {problem && (
        <p class="error" role="alert" id={`problem-${id}`}>
          {problem}
        </p>
      )}
      <UploadTray uploads={uploads} />
      <div class="composer-tools">
        <AttachButton uploads={uploads} />
        <button
          type="button"
          class="btn quiet small-btn"
          aria-label={t("composer.canned")}
          title={t("composer.canned")}
          onClick={() => {
            const value = text === "" || text.endsWith(" ") ? `${text}/` : `${text} /`;
            write(value, value.length);
            select({ from: value.length, to: value.length });
          }}
        >
          /
        </button>
        <span class="tiny hint">{hintOf(text, note, listOpen)}</span>
        <button
          type="button"
          class="btn quiet small-btn"
          aria-pressed={note}
          onClick={() => {
            setDraft(id, { note: !note });
            area.current?.focus();
          }}
        >
          {t("composer.note")}
        </button>
        <button type="button" class="small-btn send" disabled={text.trim() === ""} onClick={send}>
          {t(note ? "composer.add_note" : "composer.send")}
        </button>
      </div>
    </div>
  );
}

function hintOf(text: string, note: boolean, listOpen: boolean): string {
  if (listOpen) return t("composer.list_hint");
  if (note) return t("composer.note_hint");
  if (text === "") return t("composer.slash_hint");
  return t(settings.value.enterSends ? "composer.enter_hint" : "composer.ctrl_enter_hint");
}
