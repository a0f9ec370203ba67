// A form of the settings: what is typed, whether it is saved, and the server's sentence beside the field it is about.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { useWrongField } from "../../ui/parts/useWrongField.ts";
import { go, keepTyped, notice, place, tell } from "../state/store.ts";
import { say } from "../words/words.ts";

export interface FormState<T> {
  draft: T;
  /** Takes over some fields. */
  set: (change: Partial<T>) => void;
  /** The server's answer to the last try; null: none yet, or it was accepted. */
  error: WireError | null;
  busy: boolean;
  dirty: boolean;
  discard: () => void;
  submit: () => Promise<void>;
}

/** What a part of a form needs of it. */
export type Part<T> = Pick<FormState<T>, "draft" | "set" | "error">;

/**
 * initial: what is stored; the form begins anew with it whenever `key` differs (the id and version of what is edited).
 * save: sends the draft; `done` hears the answer where it was accepted.
 */
export function useForm<T extends object, R = object>(
  key: string,
  initial: T,
  save: (draft: T) => Promise<Ack<R>>,
  done: (answer: R) => void = () => {},
): FormState<T> {
  const [draft, setDraft] = useState(initial);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const stored = useRef(initial);
  const shown = useRef(key);
  if (shown.current !== key) {
    shown.current = key;
    stored.current = initial;
    setDraft(initial);
    setError(null);
  }
  const dirty = !isSame(draft, stored.current);
  // What is as it was stored again was not refused.
  useEffect(() => {
    if (!dirty) setError(null);
  }, [dirty]);
  const id = useId();
  useEffect(() => {
    keepTyped(id, dirty);
    return () => keepTyped(id, false);
  }, [id, dirty]);
  const set = (change: Partial<T>): void => {
    notice.value = null;
    setDraft((before) => ({ ...before, ...change }));
  };
  const submit = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    const reply = await save(draft);
    setBusy(false);
    if (!reply.ok) {
      setError(reply.error);
      return;
    }
    setError(null);
    stored.current = draft;
    keepTyped(id, false);
    tell(say("saved"));
    done(reply);
  };
  const discard = (): void => {
    setDraft(stored.current);
    setError(null);
  };
  return { draft, set, error, busy, dirty, discard, submit };
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

interface FormProps<T> {
  form: FormState<T>;
  /** The names of its fields, as the server calls them: an error about another one stands in the save bar. */
  fields: readonly string[];
  /** The button's words for something that is about to be added: then the bar is always there, else only with changes. */
  adding?: string;
  /** What helps against `conflict`: load what is stored by now. */
  onReload?: () => void;
  children: ComponentChildren;
}

export function Form<T>(props: FormProps<T>) {
  const { form, children, adding } = props;
  const element = useWrongField(form.error);
  const hasBar = adding !== undefined || form.dirty || form.error !== null;
  const keep = useFocusKept(hasBar);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void form.submit();
  };
  return (
    <form class="form" ref={element} onSubmit={submit} onFocusIn={keep} noValidate>
      {children}
      {hasBar && <SaveBar {...props} />}
    </form>
  );
}

/** The bar goes with what was saved or discarded: the focus goes back to where somebody typed last. */
function useFocusKept(hasBar: boolean): (event: FocusEvent) => void {
  const last = useRef<HTMLElement | null>(null);
  const hadBar = useRef(hasBar);
  useLayoutEffect(() => {
    const isLost = document.activeElement === document.body || !document.activeElement;
    if (hadBar.current && !hasBar && isLost) last.current?.focus({ preventScroll: true });
    hadBar.current = hasBar;
  }, [hasBar]);
  return (event) => {
    const target = event.target as HTMLElement;
    if (!target.closest(".save-bar")) last.current = target;
  };
}

function SaveBar<T>({ form, fields, adding, onReload }: FormProps<T>) {
  const { error } = form;
  const isElsewhere = error && !fields.some((field) => isAbout(error, field));
  return (
    <div class={adding ? "save-bar adding" : "save-bar"}>
      <div class="save-words">
        {isElsewhere ? (
          <p class="error" role="alert">
            {error.code === "conflict" && onReload && !error.field ? say("conflict") : plain(error)}
          </p>
        ) : (
          !adding && <p class="small mut">{say("unsaved")}</p>
        )}
      </div>
      {error?.code === "conflict" && onReload && (
        <button type="button" class="btn quiet" onClick={onReload}>
          {say("reload")}
        </button>
      )}
      <button type="button" class="btn quiet" onClick={adding ? () => go(place.value.page) : form.discard}>
        {say(adding ? "cancel" : "discard")}
      </button>
      <button type="submit" disabled={form.busy}>
        {form.busy ? say("saving") : (adding ?? say("save"))}
      </button>
    </div>
  );
}

/** Its sentence without the name that programs call the field by: here it stands beside the field. */
export function plain({ field, message }: WireError): string {
  const start = `${field}: `;
  if (!field || !message.startsWith(start)) return message;
  const rest = message.slice(start.length);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Whether the error names this field or a part of it: "slots" is told of "slots.2.to" too. */
export function isAbout(error: WireError | null, field: string): boolean {
  return error?.field === field || Boolean(error?.field?.startsWith(`${field}.`));
}

/** The sentence beside this field; null: none. */
export function sentence(error: WireError | null, field: string): string | null {
  return error && isAbout(error, field) ? plain(error) : null;
}
