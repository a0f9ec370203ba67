// Two contacts turn out to be one person: the other one is found by name or address, and becomes part of this one.
import { useState } from "preact/hooks";
import { listContacts } from "../../net/api.ts";
import type { Contact, WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Field, FormError } from "../parts/Field.tsx";
import type { Change } from "./ContactDetail.tsx";

const SHOWN = 5;

export function Merge({ contact, change }: { contact: Contact; change: Change }) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<Contact[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const look = async (event: Event): Promise<void> => {
    event.preventDefault();
    const reply = await listContacts(words.trim(), null);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) setFound(reply.contacts.filter((other) => other.id !== contact.id).slice(0, SHOWN));
  };
  const merge = async (other: Contact): Promise<void> => {
    const reply = await change({ merge: other.id });
    setError(reply.ok ? null : reply.error);
    if (reply.ok) setFound(null);
  };
  return (
    <details class="contact-part">
      <summary>{t("contacts.merge")}</summary>
      <p class="small mut">{t("contacts.merge_how")}</p>
      <form class="add-address" onSubmit={look}>
        <Field label={t("contacts.search")}>
          {(ids) => <input {...ids} value={words} onInput={(event) => setWords(event.currentTarget.value)} />}
        </Field>
        <button type="submit" class="btn soft">
          {t("contacts.find")}
        </button>
      </form>
      {found?.length === 0 && <p class="small mut">{t("contacts.empty")}</p>}
      <ul class="addresses">
        {found?.map((other) => (
          <li key={other.id}>
            <span class="address" dir="auto">
              {[other.name, ...other.addresses].filter(Boolean).join(" · ")}
            </span>
            <button type="button" class="btn quiet" onClick={() => void merge(other)}>
              {t("contacts.merge_this")}
            </button>
          </li>
        ))}
      </ul>
      <FormError error={error} fields={[]} />
    </details>
  );
}
