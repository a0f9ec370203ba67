// For managers: every mail Semafor owes or sent, the failed ones with their reason and "try again".
import { useState } from "preact/hooks";
import { listMails } from "../../net/api.ts";
import type { Mail } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t, tOr } from "../../words/words.ts";
import { When } from "../parts/marks.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { MailDetail } from "./MailDetail.tsx";
import { MailState } from "./MailState.tsx";
import { MailsFrame } from "./MailsFrame.tsx";

const STATES = ["", "due", "sent", "failed"] as const;

function MailRow({ mail, chosen }: { mail: Mail; chosen: boolean }) {
  return (
    <li>
      <a class="ticket-row" href={hrefOf({ page: "mails", mail: mail.id })} aria-current={chosen ? "true" : undefined}>
        <b class="ticket-subject clip" dir="auto">
          {mail.subject}
        </b>
        <When at={mail.sent_at ?? mail.created_at} class="ticket-when tiny num" />
        <span class="ticket-who small mut">
          {mail.to} · {tOr(`mail.kind.${mail.kind}`, mail.kind)}
        </span>
        <span class="ticket-marks">
          <MailState mail={mail} />
          {mail.state === "failed" && mail.error && <span class="tiny clip">{mail.error}</span>}
        </span>
      </a>
    </li>
  );
}

function MailList({ state, chosen }: { state: string; chosen: string | null }) {
  const pages = usePages(state, async (cursor) => {
    const reply = await listMails(state, cursor);
    return reply.ok ? { ok: true, items: reply.mails, next: reply.next } : reply;
  });
  return (
    <PagedList pages={pages} empty={<Empty title={t("mails.empty")}>{t("mails.empty_how")}</Empty>}>
      {(mail) => <MailRow key={mail.id} mail={mail} chosen={mail.id === chosen} />}
    </PagedList>
  );
}

export function MailsPage({ id }: { id: string | null }) {
  const [state, setState] = useState<string>("");
  const [changes, setChanges] = useState(0);
  const filter = (
    <fieldset class="tabs">
      <legend class="sr">{t("mails.by_state")}</legend>
      {STATES.map((each) => (
        <label key={each}>
          <input type="radio" name="mail-state" checked={state === each} onChange={() => setState(each)} />
          <span>{each === "" ? t("mails.all") : t(`mail.state.${each}`)}</span>
        </label>
      ))}
    </fieldset>
  );
  return (
    <MailsFrame
      shown="out"
      filter={filter}
      list={<MailList key={`${state}${changes}`} state={state} chosen={id} />}
      detail={id && <MailDetail key={id} id={id} onRetried={() => setChanges(changes + 1)} />}
    />
  );
}
