// What both pages of mails look like: the list with its filter, and beside it the mail that is open.
import type { ComponentChildren } from "preact";
import { t } from "../../words/words.ts";
import { Empty } from "../parts/states.tsx";
import { Directions } from "./Directions.tsx";

interface MailsFrameProps {
  shown: "out" | "in";
  filter: ComponentChildren;
  list: ComponentChildren;
  /** Null: none is open. */
  detail: ComponentChildren;
}

export function MailsFrame({ shown, filter, list, detail }: MailsFrameProps) {
  const name = t(shown === "in" ? "mails.in" : "nav.mails");
  return (
    <main class={`page tickets${detail ? " with-detail" : ""}`} aria-label={name}>
      <section class="page-list" aria-label={name}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.mails")}</h2>
          <Directions shown={shown} />
        </header>
        {filter}
        {list}
      </section>
      {detail ?? (
        <div class="page-detail none">
          <Empty title={t("mails.choose")} />
        </div>
      )}
    </main>
  );
}
