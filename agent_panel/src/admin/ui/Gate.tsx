// What somebody sees who may not change the settings: why, and the way on.
import { useEffect } from "preact/hooks";
import { request } from "../../net/api.ts";
import { Loading } from "../../ui/parts/states.tsx";
import { Logo } from "../../ui/shell/Logo.tsx";
import { begin, type Session } from "../state/store.ts";
import { say } from "../words/words.ts";

/** The panel signs in, and leads back here. */
const signIn = (): string => `/agent?next=${encodeURIComponent(location.pathname)}`;

export function Gate({ session }: { session: Exclude<Session, { state: "ready" }> }) {
  useEffect(() => {
    document.title = say("title");
    if (session.state === "signed_out") location.replace(signIn());
  }, [session.state]);
  if (session.state === "loading" || session.state === "signed_out") {
    return (
      <main class="curtain" aria-label={say("title")}>
        <Loading lines={3} />
      </main>
    );
  }
  return (
    <main class="curtain">
      <div class="gate">
        <Logo />
        {session.state === "forbidden" ? (
          <Forbidden name={session.me.name} />
        ) : (
          <Failed words={session.error.message} />
        )}
      </div>
    </main>
  );
}

function Forbidden({ name }: { name: string }) {
  const other = async (): Promise<void> => {
    await request("DELETE", "/sessions");
    location.assign(signIn());
  };
  return (
    <>
      <h1>{say("gate.forbidden")}</h1>
      <p class="mut">{say("gate.forbidden_more", { name })}</p>
      <p class="gate-ways">
        <a class="btn" href="/agent">
          {say("gate.panel")}
        </a>
        <button type="button" class="btn quiet" onClick={() => void other()}>
          {say("gate.other")}
        </button>
      </p>
    </>
  );
}

function Failed({ words }: { words: string }) {
  return (
    <>
      <h1>{say("gate.failed")}</h1>
      <p class="mut" role="alert">
        {words}
      </p>
      <p class="gate-ways">
        <button type="button" onClick={() => void begin()}>
          {say("retry")}
        </button>
      </p>
    </>
  );
}
