// A new password in the place of the one until now.
import { useState } from "preact/hooks";
import type { WireError } from "../net/wire.ts";
import { errorOf, Field, FormError } from "../ui/parts/Field.tsx";
import { useWrongField } from "../ui/parts/useWrongField.ts";
import { type Account, changePassword } from "./api.ts";
import { load, tell } from "./store.ts";
import { say } from "./words.ts";

export function Password({ account }: { account: Account }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useWrongField(error);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    const reply = await changePassword(String(typed.get("password")), String(typed.get("new_password")));
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (!reply.ok) return;
    form.current?.reset();
    tell(say("password.done"));
    await load();
  };

  return (
    <section class="account-part" aria-labelledby="password-title">
      <h2 id="password-title">{say("password.title")}</h2>
      <p class="mut">{say("password.text")}</p>
      <form ref={form} onSubmit={submit}>
        <input type="email" name="username" autocomplete="username" value={account.agent.email} hidden readOnly />
        <Field label={say("password.now")} error={errorOf(error, "password")}>
          {(ids) => <input {...ids} name="password" type="password" autocomplete="current-password" required />}
        </Field>
        <Field
          label={say("password.new")}
          hint={say("password.hint", { n: account.password_min_chars })}
          error={errorOf(error, "new_password")}
        >
          {(ids) => <input {...ids} name="new_password" type="password" autocomplete="new-password" required />}
        </Field>
        <FormError error={error} fields={["password", "new_password"]} />
        <button type="submit" class="btn" disabled={busy}>
          {say("password.submit")}
        </button>
      </form>
    </section>
  );
}
