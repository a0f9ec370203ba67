// The chat a ticket came from, above its letters: whoever answers has the whole conversation before their eyes.
import { readChat } from "../../net/api.ts";
import { linesOf } from "../../state/lines.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { LineView } from "../pane/LineView.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";

export function ChatBefore({ id }: { id: string }) {
  const [loaded, again] = useLoad(id, () => readChat(id));
  if (loaded.state === "loading") return <Loading lines={3} />;
  if (loaded.state === "failed") return <Problem error={loaded.error} retry={again} />;
  const { chat, messages, notes } = loaded.data;
  return (
    <details class="chat-before" open>
      <summary>
        <b>{t("tickets.chat")}</b> <span class="tiny">{t("tickets.lines", { n: messages.length })}</span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard. */}
      <section class="log" tabIndex={0} aria-label={t("tickets.chat")}>
        {linesOf(messages, notes, []).map((line) => (
          <LineView key={line.key} line={line} chat={chat} />
        ))}
      </section>
      <a class="small" href={hrefOf({ page: "transcript", chat: id })}>
        {t("tickets.transcript")}
      </a>
    </details>
  );
}
