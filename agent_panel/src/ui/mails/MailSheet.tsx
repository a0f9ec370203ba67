// One mail, sent or come in: its subject, its facts, and below them what was made of it.
import type { ComponentChildren } from "preact";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import type { Loaded } from "../parts/useLoad.ts";

interface MailSheetProps<A> {
  page: "mails" | "inbound";
  loaded: Loaded<A>;
  again: () => void;
  show: (answer: A) => { subject: string; facts: ComponentChildren; body: ComponentChildren };
}

export function MailSheet<A>({ page, loaded, again, show }: MailSheetProps<A>) {
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("mails.preview")}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { subject, facts, body } = show(loaded.data);
  return (
    <section class="page-detail" aria-label={t("mails.preview")}>
      <header class="ticket-head">
        <div class="ticket-title">
          <a class="btn plain square back" href={hrefOf({ page, mail: null })} aria-label={t("mails.back")}>
            <Icon name="back" />
          </a>
          <h2 dir="auto">{subject}</h2>
        </div>
        {facts}
      </header>
      <div class="mail-body">{body}</div>
    </section>
  );
}

interface MailFactsProps {
  from: string;
  to: string;
  state: ComponentChildren;
  ticket: string | null;
  /** Further facts, before the ticket. */
  children: ComponentChildren;
}

export function MailFacts({ from, to, state, ticket, children }: MailFactsProps) {
  return (
    <dl class="facts">
      <dt>{t("mails.from")}</dt>
      <dd dir="auto">{from}</dd>
      {to && (
        <>
          <dt>{t("mails.to")}</dt>
          <dd>{to}</dd>
        </>
      )}
      <dt>{t("mails.state")}</dt>
      <dd>{state}</dd>
      {children}
      {ticket && (
        <>
          <dt>{t("mails.ticket")}</dt>
          <dd>
            <a class="num" href={hrefOf({ page: "tickets", number: ticket })}>
              {ticket}
            </a>
          </dd>
        </>
      )}
    </dl>
  );
}
