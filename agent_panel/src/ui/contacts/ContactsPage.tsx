// Known people: found by a part of their name or address, and one of them beside.
import { useState } from "preact/hooks";
import { listContacts } from "../../net/api.ts";
import type { Contact } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";
import { When } from "../parts/marks.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { ContactDetail } from "./ContactDetail.tsx";

function ContactRow({ contact, chosen }: { contact: Contact; chosen: boolean }) {
  const [first, ...others] = contact.addresses;
  return (
    <li>
      <a
        class="ticket-row"
        href={hrefOf({ page: "contacts", contact: contact.id })}
        aria-current={chosen ? "true" : undefined}
      >
        <b class="ticket-subject clip" dir="auto">
          {contact.name ?? first ?? t("contacts.nameless")}
        </b>
        <When at={contact.created_at} class="ticket-when tiny num" />
        <span class="ticket-who small mut clip" dir="auto">
          {first ?? t("contacts.no_address")}
          {others.length > 0 && ` ${t("contacts.more", { n: others.length })}`}
        </span>
      </a>
    </li>
  );
}

function ContactList({ words, chosen }: { words: string; chosen: string | null }) {
  const pages = usePages(words, async (cursor) => {
    const reply = await listContacts(words, cursor);
    return reply.ok ? { ok: true, items: reply.contacts, next: reply.next } : reply;
  });
  return (
    <PagedList pages={pages} empty={<Empty title={t("contacts.empty")}>{t("contacts.empty_how")}</Empty>}>
      {(contact) => <ContactRow key={contact.id} contact={contact} chosen={contact.id === chosen} />}
    </PagedList>
  );
}

export function ContactsPage({ id }: { id: string | null }) {
  const [words, setWords] = useState("");
  const [changes, setChanges] = useState(0);
  return (
    <main class={`page tickets${id ? " with-detail" : ""}`} aria-label={t("nav.contacts")}>
      <section class="page-list" aria-label={t("nav.contacts")}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.contacts")}</h2>
        </header>
        <search class="contact-search">
          <Field label={t("contacts.search")}>
            {(ids) => <input {...ids} value={words} onInput={(event) => setWords(event.currentTarget.value)} />}
          </Field>
        </search>
        <ContactList key={`${words}|${changes}`} words={words} chosen={id} />
      </section>
      {id ? (
        <ContactDetail key={id} id={id} onChanged={() => setChanges(changes + 1)} />
      ) : (
        <div class="page-detail none">
          <Empty title={t("contacts.choose")} />
        </div>
      )}
    </main>
  );
}
