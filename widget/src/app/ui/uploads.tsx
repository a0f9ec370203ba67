/** Files beside the composer: the paper clip, what is on its way, and the whole panel as a place to drop them. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { FileRules } from "../../wire.ts";
import type { Upload } from "../state/uploads.ts";
import type { Props } from "./parts.tsx";

export function Clip({ state, deeds, t }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const rules = state.settings.files;
  if (!rules) return null;
  return (
    <>
      <button
        type="button"
        class="icon"
        aria-label={t("attach")}
        title={t("attach")}
        onClick={() => input.current?.click()}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8" />
        </svg>
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={rules.types.map((type) => `.${type}`).join()}
        onChange={({ currentTarget }) => {
          deeds.attach([...(currentTarget.files ?? [])]);
          // So that the same file can be chosen once more.
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What is on its way, or did not get there. */
export function Uploads(props: Props) {
  const { state, t } = props;
  const uploads = state.uploads.filter(({ chat_id }) => chat_id === state.chat?.id);
  const over = useDropping(props);
  return (
    <div class="uploads" role="status">
      {over && <p class="drop">{t("drop")}</p>}
      {uploads.map((upload) => (
        <Row key={upload.client_id} {...props} upload={upload} />
      ))}
    </div>
  );
}

function Row({ state, deeds, t, upload }: Props & { upload: Upload }) {
  const { name, error, client_id } = upload;
  return (
    <div class="upload">
      <p class={error ? "wrong" : "small"}>
        {error && state.settings.files
          ? `${name}: ${sentence(error, state.settings.files, t)}`
          : t("uploading", { name })}
      </p>
      {!error && <progress aria-label={t("uploading", { name })} max={1} value={upload.share} aria-live="off" />}
      {error && typeof error === "object" && (
        <button type="button" class="plain" onClick={() => deeds.reattach(upload)}>
          {t("again")}
        </button>
      )}
      <button
        type="button"
        class="plain"
        aria-label={`${t("cancel")}: ${name}`}
        onClick={() => deeds.detach(client_id)}
      >
        {t("cancel")}
      </button>
    </div>
  );
}

function sentence(error: NonNullable<Upload["error"]>, rules: FileRules, t: Props["t"]): string {
  if (typeof error === "object") return error.said || t("unreachable");
  return t(error, { n: Math.round((rules.max_bytes / 1024 ** 2) * 10) / 10, types: rules.types.join(", ") });
}

/** True while a file is dragged over the panel. One that is dropped must never take the place of this page. */
function useDropping({ state, deeds }: Props): boolean {
  const [over, setOver] = useState(false);
  const can = !!state.settings.files;
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(can && event.type === "dragover");
      if (event.type === "drop" && can) deeds.attach([...event.dataTransfer.files]);
    };
    // Within the page one element is left for the next: only leaving the window is over.
    const leave = (event: DragEvent) => !event.relatedTarget && setOver(false);
    addEventListener("dragover", drag);
    addEventListener("drop", drag);
    addEventListener("dragleave", leave);
    return () => {
      removeEventListener("dragover", drag);
      removeEventListener("drop", drag);
      removeEventListener("dragleave", leave);
    };
  }, [can]);
  return over;
}
