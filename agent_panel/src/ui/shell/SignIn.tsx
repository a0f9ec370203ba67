// Signing in: address and password, then the code where the account has a second factor; or the provider's button.
import { useEffect, useRef, useState } from "preact/hooks";
import { type SignInWays, signInWays } from "../../net/api.ts";
import { signIn } from "../../net/orders.ts";
import type { WireError } from "../../net/wire.ts";
import { nextPage } from "../../state/next.ts";
import { t, tOr } from "../../words/words.ts";
import { errorOf, Field, FormError } from "../parts/Field.tsx";
import { Logo } from "./Logo.tsx";

/** What was typed in the first step, as long as the second one goes on. */
interface Typed {
  email: string;
  password: string;
}

export function SignIn() {
  const [typed, setTyped] = useState<Typed | null>(null);
  return (
    <main class="curtain">
      {typed ? <CodeStep typed={typed} back={() => setTyped(null)} /> : <PasswordStep ask={setTyped} />}
    </main>
  );
}

function PasswordStep({ ask }: { ask: (typed: Typed) => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  useEffect(() => email.current?.focus(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const typed = { email: String(form.get("email")).trim(), password: String(form.get("password")) };
    setBusy(true);
    const reply = await signIn(typed.email, typed.password);
    setBusy(false);
    if (reply.ok) return;
    if (reply.error.code === "second_factor") return ask(typed);
    setError(reply.error.code === "unauthorized" ? { ...reply.error, message: t("sign_in.refused") } : reply.error);
    email.current?.select();
  };

  return (
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
      <p class="small">
        <a href="/reset">{t("sign_in.forgotten")}</a>
      </p>
      <Provider />
    </form>
  );
}

/** The provider's button, and why it did not work the last time. */
function Provider() {
  const [ways, setWays] = useState<SignInWays | null>(null);
  useEffect(() => void signInWays().then((reply) => reply.ok && setWays(reply)), []);
  if (!ways?.provider) return null;
  const { name, url } = ways.provider;
  const next = nextPage(location.search);
  const why = new URLSearchParams(location.search).get("provider");
  return (
    <>
      {why !== null && (
        <p class="error" role="alert">
          {t("sign_in.provider_failed", { name, why: tOr(`sign_in.why_${why}`, t("sign_in.why_refused")) })}
        </p>
      )}
      <p class="sign-in-or tiny">{t("sign_in.or")}</p>
      <a class="btn quiet" href={next ? `${url}?next=${encodeURIComponent(next)}` : url}>
        {t("sign_in.provider", { name })}
      </a>
    </>
  );
}

function CodeStep({ typed, back }: { typed: Typed; back: () => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => code.current?.focus(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const reply = await signIn(typed.email, typed.password, code.current?.value);
    setBusy(false);
    if (reply.ok) return;
    setError(reply.error);
    code.current?.select();
  };

  return (
    <form class="sign-in" onSubmit={submit}>
      <Logo />
      <h1>{t("sign_in.code_title")}</h1>
      <p class="mut">{t("sign_in.code_text")}</p>
      <Field label={t("sign_in.code")} error={errorOf(error, "code")}>
        {(ids) => (
          <input
            {...ids}
            ref={code}
            name="code"
            autocomplete="one-time-code"
            maxLength={40}
            spellcheck={false}
            required
          />
        )}
      </Field>
      <FormError error={error} fields={["code"]} />
      <button type="submit" disabled={busy}>
        {t(busy ? "sign_in.busy" : "sign_in.code_submit")}
      </button>
      <button type="button" class="btn quiet" onClick={back}>
        {t("sign_in.back")}
      </button>
      <p class="tiny">{t("sign_in.lost")}</p>
    </form>
  );
}
