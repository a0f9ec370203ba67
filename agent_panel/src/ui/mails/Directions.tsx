// The two sides of mail: what Semafor sent, and what came in.
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";

export function Directions({ shown }: { shown: "out" | "in" }) {
  return (
    <nav class="directions" aria-label={t("mails.directions")}>
      <a href={hrefOf({ page: "mails", mail: null })} aria-current={shown === "out" ? "page" : undefined}>
        {t("mails.out")}
      </a>
      <a href={hrefOf({ page: "inbound", mail: null })} aria-current={shown === "in" ? "page" : undefined}>
        {t("mails.in")}
      </a>
    </nav>
  );
}
