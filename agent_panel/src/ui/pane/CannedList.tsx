// The list of canned replies over the composer. Focus stays in the text; the list only shows what Enter would insert.
import { useEffect, useRef } from "preact/hooks";
import type { CannedReply } from "../../net/wire.ts";
import { fill } from "../../state/canned.ts";
import { t } from "../../words/words.ts";

export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

interface CannedListProps {
  id: string;
  replies: readonly CannedReply[];
  active: number;
  /** For the preview: what the reply would say here. */
  values: Record<string, string>;
  pick: (reply: CannedReply) => void;
}

export function CannedList({ id, replies, active, values, pick }: CannedListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  if (replies.length === 0) {
    return (
      <div class="canned" id={id}>
        <p class="small mut">{t("canned.empty")}</p>
      </div>
    );
  }
  return (
    <>
      <div class="canned" id={id} ref={list} role="listbox" tabIndex={0} aria-label={t("composer.canned")}>
        {replies.map((reply, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard works from the text field (aria-activedescendant).
          <div
            key={`${reply.department}${reply.shortcut}`}
            id={optionId(id, index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            class="option"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(reply)}
          >
            <span class="option-name">
              <b>{reply.title}</b> <span class="tiny">/{reply.shortcut.replace(/^\//, "")}</span>
            </span>
            <span class="tiny clip">{fill(reply.body, values)}</span>
          </div>
        ))}
      </div>
      <span class="sr" role="status">
        {t("canned.found", { n: replies.length })}
      </span>
    </>
  );
}
