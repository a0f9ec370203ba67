// Who is speaking, and how sure that is: the one thing to look at before anybody changes an account.
import { useState } from "preact/hooks";
import { sendCode } from "../../net/api.ts";
import type { Chat, VisitorCard, WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { agent } from "../../state/store.ts";
import { clockTime } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Icon } from "../parts/Icon.tsx";

type Contact = NonNullable<VisitorCard["contact"]>;

export function Identity({ chat, card, again }: { chat: Chat; card: VisitorCard | null; again: () => void }) {
  const { verified } = chat.visitor;
  const contact = card?.contact ?? null;
  const sure = verified ?? "not";
  return (
    <section class={`identity ${sure}`} aria-label={t("identity.label")}>
      <p class="identity-state">
        <Icon name={verified ? "shield" : "urgent"} />
        <b>{t(`identity.${sure}`)}</b>
      </p>
      {card && <p class="small">{t(means(verified, contact, chat))}</p>}
      {contact && (
        <p class="small identity-contact">
          <a href={hrefOf({ page: "contacts", contact: contact.id })}>
            <bdi>{contact.name ?? contact.addresses[0] ?? t("contacts.nameless")}</bdi>
          </a>
          {contact.addresses.length > 0 && (
            <span class="mut" dir="auto">
              {contact.addresses.join(", ")}
            </span>
          )}
        </p>
      )}
      {contact && verified === null && chat.state !== "closed" && chat.agent?.id === agent.value?.id && (
        <CodeSending chat={chat} contact={contact} again={again} />
      )}
    </section>
  );
}

function means(verified: Chat["visitor"]["verified"], contact: Contact | null, chat: Chat) {
  if (verified) return `identity.${verified}_means` as const;
  if (contact) return "identity.claimed_means";
  return chat.visitor.email ? "identity.unknown_means" : "identity.no_address_means";
}

/** Only to the address that was known before: there is nothing to type here. */
function CodeSending({ chat, contact, again }: { chat: Chat; contact: Contact; again: () => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const to = contact.addresses[0];
  if (!to) return null;
  const send = async (): Promise<void> => {
    setBusy(true);
    const reply = await sendCode(chat.id);
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) again();
  };
  const { code } = contact;
  return (
    <div class="identity-code">
      <p class="small" role="status">
        {code && <CodeState code={code} awaited={chat.code_sent ?? false} />}
      </p>
      <button type="button" class="btn soft" disabled={busy} onClick={() => void send()}>
        <Icon name="mail" />
        {t(code ? "identity.send_again" : "identity.send", { to })}
      </button>
      {error && (
        <p class="error" role="alert">
          {error.message}
        </p>
      )}
    </div>
  );
}

function CodeState({ code, awaited }: { code: NonNullable<Contact["code"]>; awaited: boolean }) {
  const state = code.state === "sent" && !awaited ? "expired" : code.state;
  const values = { to: code.to, at: clockTime(code.sent_at), until: clockTime(code.expires_at) };
  return <>{t(`identity.code_${state}`, values)}</>;
}
