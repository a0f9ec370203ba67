// What the customer will read, before it is sent: the mail's content in the order of its parts. What the customer gets
// is in their own language; what an agent wrote goes out as it was written.
import { hasSaid, type Told } from "../../state/nextStep.ts";
import { currentMs } from "../../state/store.ts";
import { promise } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { StatusMark } from "../parts/marks.tsx";
import { SolutionParts } from "./SolutionParts.tsx";

interface PreviewProps {
  number: string;
  subject: string;
  told: Told;
}

export function MailPreview({ number, subject, told }: PreviewProps) {
  return (
    <section class="mail-preview" aria-label={t("preview.title")}>
      <p class="tiny">{t("preview.title")}</p>
      <div class="mail-sheet">
        <p class="mail-title">{t("tickets.ticket", { number })}</p>
        <p class="small mut clip" dir="auto">
          {subject}
        </p>
        {told.sentence && (
          <p class="body" dir="auto">
            {told.sentence}
          </p>
        )}
        {!hasSaid(told) && <p class="mut">{t(told.promise === null ? "preview.dealt_with" : "preview.no_sentence")}</p>}
        {told.solution && <SolutionParts solution={told.solution} />}
        {told.promise && (
          <p class="mail-promise">
            <span class="tiny">{t("checkpoint.label")}</span>
            <b>{promise(told.promise, currentMs())}</b>
          </p>
        )}
        <StatusMark status={told.status} />
        {told.rates && <p class="small mut">{t("preview.rate")}</p>}
      </div>
    </section>
  );
}
