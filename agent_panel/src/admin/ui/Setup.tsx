// The first run: the first admin and, if they want, the first department, in one go.
import { useEffect, useState } from "preact/hooks";
import { signIn } from "../../net/api.ts";
import type { WireError } from "../../net/wire.ts";
import { Segments } from "../../ui/parts/Segments.tsx";
import { useWrongField } from "../../ui/parts/useWrongField.ts";
import { Logo } from "../../ui/shell/Logo.tsx";
import { Check } from "../parts/Check.tsx";
import { type Part, sentence } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { ZoneField } from "../parts/ZoneField.tsx";
import { finishSetup } from "../state/api.ts";
import { officeWeek } from "../state/week.ts";
import words from "../words/setup.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const FIELDS = ["admin.name", "admin.email", "admin.password", "department.name", "department.tz", "department.hours"];

interface Draft {
  name: string;
  email: string;
  password: string;
  wantsDepartment: boolean;
  department: string;
  tz: string;
  always: boolean;
}

const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function Setup() {
  const [draft, setDraft] = useState<Draft>(() => ({
    name: "",
    email: "",
    password: "",
    wantsDepartment: true,
    department: "",
    tz: here(),
    always: false,
  }));
  const [error, setError] = useState<WireError | null>(null);
  const [state, setState] = useState<"typing" | "busy" | "done">("typing");
  const form = useWrongField(error);
  useEffect(() => {
    document.title = say("title");
  }, []);
  const set = (change: Partial<Draft>): void => setDraft((before) => ({ ...before, ...change }));
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setState("busy");
    const { name, email, password, department, tz, always } = draft;
    const reply = await finishSetup({
      token: new URLSearchParams(location.search).get("token") ?? "",
      admin: { name, email: email.trim(), password },
      department: draft.wantsDepartment ? { name: department, tz, hours: always ? null : officeWeek() } : null,
    });
    if (!reply.ok) {
      setError(reply.error);
      setState("typing");
      return;
    }
    setError(null);
    setState("done");
    await signIn(email.trim(), password);
    location.replace("/admin");
  };
  const isElsewhere = error && !FIELDS.some((field) => sentence(error, field));
  return (
    <main class="setup">
      <form class="setup-card" ref={form} onSubmit={submit} noValidate>
        <Logo />
        <header>
          <h1>{say("title")}</h1>
          <p class="mut">{say("about")}</p>
        </header>
        <You draft={draft} error={error} set={set} />
        <First draft={draft} error={error} set={set} />
        {isElsewhere && (
          <p class="error" role="alert">
            {error.message}
          </p>
        )}
        <button type="submit" disabled={state !== "typing"}>
          {say(state === "typing" ? "finish" : state === "busy" ? "busy" : "signing_in")}
        </button>
      </form>
    </main>
  );
}

function You({ draft, error, set }: Part<Draft>) {
  return (
    <section aria-labelledby="you">
      <h2 id="you">{say("you")}</h2>
      <p class="small mut">{say("you.about")}</p>
      <TextField
        label={say("name")}
        error={sentence(error, "admin.name")}
        dir="auto"
        autocomplete="name"
        maxLength={80}
        value={draft.name}
        set={(name) => set({ name })}
      />
      <TextField
        label={say("email")}
        error={sentence(error, "admin.email")}
        type="email"
        autocomplete="username"
        value={draft.email}
        set={(email) => set({ email })}
      />
      <TextField
        label={say("password")}
        hint={say("password.hint")}
        error={sentence(error, "admin.password")}
        type="password"
        autocomplete="new-password"
        value={draft.password}
        set={(password) => set({ password })}
      />
    </section>
  );
}

function First({ draft, error, set }: Part<Draft>) {
  return (
    <section aria-labelledby="first">
      <h2 id="first">{say("first")}</h2>
      <p class="small mut">{say("first.about")}</p>
      <Check checked={draft.wantsDepartment} set={(wantsDepartment) => set({ wantsDepartment })}>
        {say("first.wanted")}
      </Check>
      {draft.wantsDepartment && (
        <>
          <TextField
            label={say("department")}
            hint={say("department.hint")}
            error={sentence(error, "department.name")}
            dir="auto"
            maxLength={80}
            autocomplete="off"
            value={draft.department}
            set={(department) => set({ department })}
          />
          <ZoneField
            label={say("tz")}
            value={draft.tz}
            error={sentence(error, "department.tz")}
            set={(tz) => set({ tz })}
          />
          <div>
            <Segments
              legend={say("hours")}
              value={draft.always}
              options={[
                [false, say("hours.office")],
                [true, say("hours.always")],
              ]}
              pick={(always) => set({ always })}
            />
            <p class="tiny setup-hint">{say("hours.hint")}</p>
          </div>
        </>
      )}
    </section>
  );
}
