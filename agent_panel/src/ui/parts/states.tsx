// The three states every list and page has besides "full": loading, empty, failed.
import type { ComponentChildren } from "preact";
import type { WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Icon } from "./Icon.tsx";

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="lamp" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <p class="empty-title">{title}</p>
      {children && <p class="small mut">{children}</p>}
    </div>
  );
}

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="sr">{t("loading")}</span>
      {Array.from({ length: lines }, (_, i) => (
        <i key={i} class="bone" />
      ))}
    </div>
  );
}

export function Problem({ error, retry }: { error: WireError; retry?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Icon name="failed" />
      <p>{error.message}</p>
      {retry && (
        <button type="button" class="btn quiet" onClick={retry}>
          {t("try_again")}
        </button>
      )}
    </div>
  );
}
