// One known person: name and addresses to edit, another contact to take in, and everything they asked before.
import { useState } from "preact/hooks";
import { changeContact, readContact } from "../../net/api.ts";
import type { Ack, Contact, ContactChange, WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now } from "../../state/store.ts";
import { shortMoment } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Earlier } from "../card/Earlier.tsx";
import { EditableText } from "../card/editors.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { Addresses } from "./Addresses.tsx";
import { Merge } from "./Merge.tsx";

export type Change = (change: ContactChange) => Promise<Ack<object>>;

function Head({ contact, change }: { contact: Contact; change: Change }) {
  return (
    <header class="ticket-head">
      <div class="ticket-title">
        <a
          class="btn plain square back"
          href={hrefOf({ page: "contacts", contact: null })}
          aria-label={t("contacts.back")}
        >
          <Icon name="back" />
        </a>
        <h2 class="contact-name">
          <EditableText
            label={t("card.name")}
            value={contact.name ?? ""}
            empty={t("contacts.nameless")}
            set={(name) => change({ name })}
          />
        </h2>
      </div>
      <p class="small mut">
        {t(contact.signed ? "contacts.signed" : "contacts.met", { since: shortMoment(contact.created_at, now.value) })}
      </p>
    </header>
  );
}

export function ContactDetail({ id, onChanged }: { id: string; onChanged: () => void }) {
  const [loaded, again] = useLoad(id, () => readContact(id));
  const [error, setError] = useState<WireError | null>(null);
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("contacts.one")}>
        {loaded.state === "failed" ? <Problem error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { contact, earlier, rating } = loaded.data;
  const change: Change = async (wanted) => {
    const reply = await changeContact(id, wanted);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) {
      again();
      onChanged();
    }
    return reply;
  };
  return (
    <section class="page-detail" aria-label={t("contacts.one")}>
      <Head contact={contact} change={change} />
      <div class="contact-body">
        <Addresses key={contact.addresses.join(" ")} addresses={contact.addresses} change={change} />
        {error?.field === "addresses" && <p class="small">{t("contacts.merge_hint")}</p>}
        <section class="contact-part" aria-label={t("card.earlier")}>
          <h3>{t("card.earlier")}</h3>
          {rating.mean !== null && (
            <p class="small num">{t("card.rating_of", { mean: rating.mean.toFixed(1), count: rating.n })}</p>
          )}
          <Earlier earlier={earlier} />
        </section>
        <Merge contact={contact} change={change} />
      </div>
    </section>
  );
}
