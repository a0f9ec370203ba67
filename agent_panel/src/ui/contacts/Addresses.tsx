// The addresses of a person: the first is the one that codes go to. Every change is in the audit log.
import { useState } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";
import type { Change } from "./ContactDetail.tsx";

export function Addresses({ addresses, change }: { addresses: readonly string[]; change: Change }) {
  const [text, setText] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (wanted: string[]): Promise<void> => {
    setBusy(true);
    const reply = await change({ addresses: wanted });
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) setText("");
  };
  const add = (event: Event): void => {
    event.preventDefault();
    if (text.trim()) void save([...addresses, text.trim()]);
  };
  return (
    <section class="contact-part" aria-label={t("contacts.addresses")}>
      <h3>{t("contacts.addresses")}</h3>
      <p class="small mut">{t("contacts.addresses_how")}</p>
      <ul class="addresses">
        {addresses.map((address, index) => (
          <li key={address}>
            <span class="address">{address}</span>
            {index === 0 ? (
              <span class="chip s-open">{t("contacts.primary")}</span>
            ) : (
              <button
                type="button"
                class="btn plain"
                disabled={busy}
                aria-label={t("contacts.make_primary_named", { address })}
                onClick={() => void save([address, ...addresses.filter((other) => other !== address)])}
              >
                {t("contacts.make_primary")}
              </button>
            )}
            {addresses.length > 1 && (
              <button
                type="button"
                class="btn plain"
                disabled={busy}
                aria-label={t("contacts.remove_named", { address })}
                onClick={() => void save(addresses.filter((other) => other !== address))}
              >
                {t("contacts.remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form class="add-address" onSubmit={add} noValidate>
        <Field label={t("contacts.add")} error={error?.message}>
          {(ids) => (
            <input
              {...ids}
              inputMode="email"
              autoComplete="off"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="btn soft" disabled={busy}>
          {t("edit.save")}
        </button>
      </form>
    </section>
  );
}
