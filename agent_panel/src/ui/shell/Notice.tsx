// One sentence about what just happened, at the foot of the page; it goes by itself, an error stays until dismissed.
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

const SHOWN_MS = 8000;

export type Told = { text: string; tone: "plain" | "bad" } | null;

/** notice: the page's own; it is emptied when it was read long enough. */
export function Notice({ notice }: { notice: Signal<Told> }) {
  const shown = notice.value;
  useEffect(() => {
    if (!shown || shown.tone === "bad") return;
    const timer = setTimeout(() => {
      if (notice.value === shown) notice.value = null;
    }, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, shown]);
  return (
    <div class="notice-place" role="status" aria-live="polite">
      {shown && (
        <div class={`notice ${shown.tone}`}>
          <p>{shown.text}</p>
          <button
            type="button"
            class="btn plain square"
            aria-label={t("dismiss")}
            onClick={() => {
              notice.value = null;
            }}
          >
            <Icon name="hide" />
          </button>
        </div>
      )}
    </div>
  );
}
