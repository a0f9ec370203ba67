// Files beside a composer: the button, what is on its way, and the way in by drop and paste.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type OnItsWay, type Target, upload } from "../../net/files.ts";
import type { FileInfo } from "../../net/wire.ts";
import { desk } from "../../state/store.ts";
import { broken, fresh, put, type Upload, without } from "../../state/uploads.ts";
import { t } from "../../words/words.ts";
import { Icon } from "./Icon.tsx";

export interface Uploads {
  items: readonly Upload[];
  add: (files: Iterable<File>) => void;
  again: (id: string) => void;
  drop: (id: string) => void;
  clear: () => void;
}

const newId = (): string => crypto.randomUUID?.() ?? String(Math.random());

/** arrived: takes a file that got there; without it files wait here until they are sent along. */
export function useUploads(target: Target, arrived?: (file: FileInfo) => void): Uploads {
  const [items, setItems] = useState<readonly Upload[]>([]);
  const files = useRef(new Map<string, File>());
  const ways = useRef(new Map<string, OnItsWay>());
  const set = (one: Upload): void => setItems((before) => put(before, one));

  const drop = (id: string): void => {
    ways.current.get(id)?.cancel();
    ways.current.delete(id);
    files.current.delete(id);
    setItems((before) => without(before, id));
  };
  const send = async (one: Upload, file: File): Promise<void> => {
    const going = { ...one, share: 0, error: null, again: false };
    set(going);
    const way = upload(file, target, (share) => set({ ...going, share }));
    ways.current.set(one.id, way);
    const reply = await way.answer;
    if (ways.current.get(one.id) !== way) return;
    if (!reply.ok) return set({ ...going, error: reply.error.message, again: true });
    if (!arrived) return set({ ...going, share: 1, file: reply.file });
    drop(one.id);
    arrived(reply.file);
  };

  return {
    items,
    drop,
    again: (id) => {
      const [one, file] = [items.find((known) => known.id === id), files.current.get(id)];
      if (one && file) void send(one, file);
    },
    clear: () => {
      for (const { id } of items) drop(id);
    },
    add: (chosen) => {
      const rules = desk.value.settings.files;
      if (!rules) return;
      for (const file of chosen) {
        const one = fresh(newId(), file.name);
        const rule = broken(file, rules);
        files.current.set(one.id, file);
        const values = { n: Math.round((rules.max_bytes / 1024 ** 2) * 10) / 10, types: rules.types.join(", ") };
        if (rule) set({ ...one, error: t(`file.${rule}`, values) });
        else void send(one, file);
      }
    },
  };
}

export function AttachButton({ uploads }: { uploads: Uploads }) {
  const input = useRef<HTMLInputElement>(null);
  const rules = desk.value.settings.files;
  if (!rules) return null;
  return (
    <>
      <button
        type="button"
        class="btn quiet small-btn"
        aria-label={t("file.attach")}
        title={t("file.attach")}
        onClick={() => input.current?.click()}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={rules.types.map((type) => `.${type}`).join()}
        onChange={({ currentTarget }) => {
          uploads.add([...(currentTarget.files ?? [])]);
          // So that the same file can be chosen once more.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

export function UploadTray({ uploads }: { uploads: Uploads }) {
  return (
    <div class="uploads" role="status">
      {uploads.items.map((one) => (
        <div class="upload small" key={one.id}>
          <Icon name={one.error ? "failed" : "file"} />
          <span class={one.error ? "upload-name error" : "upload-name"} dir="auto">
            {one.error ? `${one.name}: ${one.error}` : one.name}
          </span>
          {!one.error && !one.file && (
            <progress aria-label={t("file.sending", { name: one.name })} max={1} value={one.share} aria-live="off" />
          )}
          {one.again && (
            <button type="button" class="btn quiet small-btn" onClick={() => uploads.again(one.id)}>
              {t("try_again")}
            </button>
          )}
          <button
            type="button"
            class="btn quiet small-btn"
            aria-label={t("file.remove", { name: one.name })}
            onClick={() => uploads.drop(one.id)}
          >
            {t("file.cancel")}
          </button>
        </div>
      ))}
    </div>
  );
}

/** A screenshot. Text that was copied beside a picture of itself (from a spreadsheet) is meant as text. */
export function pasted(event: ClipboardEvent, uploads: Uploads): void {
  const { files, types } = event.clipboardData ?? new DataTransfer();
  if (files.length === 0 || types.includes("text/plain")) return;
  event.preventDefault();
  uploads.add([...files]);
}

/** Files dropped on the pane or form around `inside` are added. True while one is held over it. */
export function useDropping(inside: RefObject<HTMLElement | null>, uploads: Uploads): boolean {
  const [over, setOver] = useState(false);
  const add = useRef(uploads.add);
  add.current = uploads.add;
  useEffect(() => {
    const place = inside.current?.closest<HTMLElement>(".pane, form") ?? inside.current;
    if (!place) return;
    const carried = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent): void => {
      if (!carried(event)) return;
      event.preventDefault();
      setOver(event.type === "dragover");
      if (event.type === "drop") add.current([...(event.dataTransfer?.files ?? [])]);
    };
    const leave = (event: DragEvent): void => {
      if (!place.contains(event.relatedTarget as Node | null)) setOver(false);
    };
    // One that is dropped beside it must not take the place of the desk.
    const beside = (event: DragEvent): void => {
      if (carried(event)) event.preventDefault();
    };
    place.addEventListener("dragover", drag);
    place.addEventListener("drop", drag);
    place.addEventListener("dragleave", leave);
    addEventListener("dragover", beside);
    addEventListener("drop", beside);
    return () => {
      place.removeEventListener("dragover", drag);
      place.removeEventListener("drop", drag);
      place.removeEventListener("dragleave", leave);
      removeEventListener("dragover", beside);
      removeEventListener("drop", beside);
    };
  }, []);
  return over;
}
