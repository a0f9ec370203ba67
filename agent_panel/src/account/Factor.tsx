// The second factor: setting it up with a QR code, its recovery codes, taking it away.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Ack, WireError } from "../net/wire.ts";
import { CopyButton } from "../ui/parts/CopyButton.tsx";
import { errorOf, Field, FormError } from "../ui/parts/Field.tsx";
import { useWrongField } from "../ui/parts/useWrongField.ts";
import { type Account, beginFactor, confirmFactor, type Enrolment, endFactor, renewCodes } from "./api.ts";
import { load, tell } from "./store.ts";
import { useStep } from "./useStep.ts";
import { say, when } from "./words.ts";

type Known = Account["second_factor"];

export function Factor({ factor }: { factor: Known }) {
  const [begun, setBegun] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const heading = useStep(codes ? "codes" : begun ? "begun" : factor.on ? "on" : "off");
  return (
    <section class="account-part" aria-labelledby="factor-title">
      <h2 id="factor-title" ref={heading} tabIndex={-1}>
        {say("factor.title")}
      </h2>
      {codes ? (
        <Codes
          codes={codes}
          done={() => {
            setCodes(null);
            setBegun(null);
            void load();
          }}
        />
      ) : begun ? (
        <Confirm begun={begun} cancel={() => setBegun(null)} done={setCodes} />
      ) : factor.on ? (
        <On factor={factor} renewed={setCodes} />
      ) : (
        <>
          <p class="mut">{say("factor.off")}</p>
          <Proof words={say("factor.begin")} ask={beginFactor} done={setBegun} />
        </>
      )}
    </section>
  );
}

/** The password once more, and what it is given for. */
function Proof<T extends object>({
  words,
  ask,
  done,
  quiet,
}: {
  words: string;
  ask: (password: string) => Promise<Ack<T>>;
  done: (reply: T) => void;
  quiet?: boolean;
}) {
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const element = useWrongField(error);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setBusy(true);
    const reply = await ask(String(new FormData(form).get("password")));
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) done(reply);
  };
  return (
    <form ref={element} onSubmit={submit} aria-label={words}>
      <Field label={say("factor.proof")} error={errorOf(error, "password")}>
        {(ids) => <input {...ids} name="password" type="password" autocomplete="current-password" required />}
      </Field>
      <FormError error={error} fields={["password"]} />
      <button type="submit" class={quiet ? "btn quiet" : "btn"} disabled={busy}>
        {words}
      </button>
    </form>
  );
}

function Confirm({ begun, cancel, done }: { begun: Enrolment; cancel: () => void; done: (codes: string[]) => void }) {
  const [error, setError] = useState<WireError | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const reply = await confirmFactor(input.current?.value ?? "");
    if (reply.ok) done(reply.recovery_codes);
    else {
      setError(reply.error);
      input.current?.select();
    }
  };
  return (
    <form onSubmit={submit} class="factor-begun">
      <p class="mut">{say("factor.scan")}</p>
      <img
        class="factor-qr"
        src={`data:image/svg+xml,${encodeURIComponent(begun.qr)}`}
        alt={say("factor.qr")}
        width="200"
        height="200"
      />
      <p class="small">
        {say("factor.key")}: <code class="factor-key">{begun.secret.match(/.{4}/g)?.join(" ")}</code>
      </p>
      <Field label={say("factor.code")} error={errorOf(error, "code")}>
        {(ids) => (
          <input
            {...ids}
            ref={input}
            class="factor-code"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={10}
            required
          />
        )}
      </Field>
      <FormError error={error} fields={["code"]} />
      <p class="account-ways">
        <button type="submit" class="btn">
          {say("factor.confirm")}
        </button>
        <button type="button" class="btn quiet" onClick={cancel}>
          {say("factor.cancel")}
        </button>
      </p>
    </form>
  );
}

function Codes({ codes, done }: { codes: string[]; done: () => void }) {
  return (
    <>
      <h3>{say("codes.title")}</h3>
      <p class="mut">{say("codes.text")}</p>
      <ul class="factor-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="account-ways">
        <button type="button" class="btn" onClick={done}>
          {say("codes.done")}
        </button>
        <CopyButton text={codes.join("\n")} words={say("codes.copy")} done={say("codes.copied")} />
      </div>
    </>
  );
}

function On({ factor, renewed }: { factor: Known; renewed: (codes: string[]) => void }) {
  const ended = (): void => {
    tell(say("factor.ended"));
    void load();
  };
  return (
    <>
      <p class="mut">{say("factor.on", { when: when(factor.since ?? "") })}</p>
      <p class={factor.recovery_left < 3 ? "account-few" : "mut"}>
        {say("factor.codes_left", { n: factor.recovery_left })}
      </p>
      <details>
        <summary>{say("factor.renew")}</summary>
        <Proof words={say("factor.renew")} ask={renewCodes} done={(reply) => renewed(reply.recovery_codes)} quiet />
      </details>
      <details>
        <summary>{say("factor.end")}</summary>
        <Proof words={say("factor.end")} ask={endFactor} done={ended} quiet />
      </details>
    </>
  );
}
