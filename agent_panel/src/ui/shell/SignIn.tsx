import { useEffect, useRef, useState } from "preact/hooks";
import { signIn } from "../../net/orders.ts";
import type { WireError } from "../../net/wire.ts";
import { t } from "../../words/words.ts";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { Logo } from "./Logo.tsx";

export function SignIn() {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  useEffect(() => email.current?.focus(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    const reply = await signIn(String(form.get("email")).trim(), String(form.get("password")));
    setBusy(false);
    if (reply.ok) return;
    setError(reply.error.code === "unauthorized" ? { ...reply.error, message: t("sign_in.refused") } : reply.error);
    email.current?.select();
  };

  return (
    <main class="curtain">
      <form class="sign-in" onSubmit={submit}>
        <Logo />
        <h1>{t("sign_in.title")}</h1>
        <Field label={t("sign_in.email")} error={errorOf(error, "email")}>
          {(ids) => <input {...ids} ref={email} name="email" type="email" autocomplete="username" required />}
        </Field>
        <Field label={t("sign_in.password")} error={errorOf(error, "password")}>
          {(ids) => <input {...ids} name="password" type="password" autocomplete="current-password" required />}
        </Field>
        <FormError error={error} fields={["email", "password"]} />
        <button type="submit" disabled={busy}>
          {t(busy ? "sign_in.busy" : "sign_in.submit")}
        </button>
        <p class="tiny">{t("sign_in.help")}</p>
      </form>
    </main>
  );
}
