// One's own account: password, second factor, sessions.
import { useEffect } from "preact/hooks";
import { Problem } from "../ui/parts/states.tsx";
import { Logo } from "../ui/shell/Logo.tsx";
import { Notice } from "../ui/shell/Notice.tsx";
import { signOut } from "./api.ts";
import { Factor } from "./Factor.tsx";
import { Password } from "./Password.tsx";
import { Sessions } from "./Sessions.tsx";
import { load, notice, page, signIn } from "./store.ts";
import { say } from "./words.ts";

export function Account() {
  useEffect(() => {
    document.title = `Semafor: ${say("title")}`;
  }, []);
  return (
    <div class="account">
      <a class="skip" href="#page">
        {say("skip")}
      </a>
      <header class="account-bar">
        <Logo />
        <nav>
          <a href="/agent">{say("desk")}</a>
          <button type="button" class="btn quiet small-btn" onClick={() => void signOut().then(signIn)}>
            {say("sign_out")}
          </button>
        </nav>
      </header>
      <main id="page" tabIndex={-1}>
        <h1>{say("title")}</h1>
        <Parts />
      </main>
      <Notice notice={notice} />
    </div>
  );
}

function Parts() {
  const known = page.value;
  if (known.state === "failed") return <Problem error={known.error} retry={() => void load()} />;
  if (known.state === "loading") return <p class="mut">{say("loading")}</p>;
  const { account, sessions } = known;
  const { on, required } = account.second_factor;
  const here = sessions.find(({ current }) => current);
  const mustEnrol = required && !on && here?.method === "password";
  return (
    <>
      <p class="mut account-who">
        {account.agent.name}, <span class="account-email">{account.agent.email}</span>
      </p>
      {mustEnrol && <p class="account-must">{say("must_enrol")}</p>}
      <Factor factor={account.second_factor} />
      {!mustEnrol && <Password account={account} />}
      {!mustEnrol && <Sessions sessions={sessions} />}
    </>
  );
}
