// How somebody signs in, and what can be done about it: a link, a password, an end to all sessions, disabling.
import { useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { Dialog } from "../../ui/dialogs/Dialog.tsx";
import { useWrongField } from "../../ui/parts/useWrongField.ts";
import { Confirm } from "../parts/Confirm.tsx";
import { plain } from "../parts/Form.tsx";
import { Box } from "../parts/Page.tsx";
import { TextField } from "../parts/TextField.tsx";
import { orderUser, resetSecondFactor, setPassword, signOutEverywhere, type User } from "../state/api.ts";
import { tell } from "../state/store.ts";
import words from "../words/people.json" with { type: "json" };
import { say as frame, wordsOf } from "../words/words.ts";

const say = wordsOf(words);
type Asked = "out" | "factor" | "disable" | "password" | null;

interface Props {
  user: User;
  again: () => void;
}

export function AccessBox({ user, again }: Props) {
  const [asked, setAsked] = useState<Asked>(null);
  const close = (): void => setAsked(null);
  const link = async (): Promise<void> => {
    const reply = await orderUser(user.id, "invite");
    if (reply.ok) tell(say("access.link.done", { email: user.email }));
    else tell(reply.error.message, "bad");
  };
  return (
    <Box title={say("access.title")}>
      <dl class="facts">
        <dt>{say("access.factor")}</dt>
        <dd>{say(user.second_factor ? "access.factor.on" : "access.factor.off")}</dd>
      </dl>
      <div class="row-tools">
        <button type="button" class="btn quiet" onClick={() => void link()}>
          {say("access.link")}
        </button>
        <button type="button" class="btn quiet" onClick={() => setAsked("password")}>
          {say("access.password")}
        </button>
        {user.second_factor && (
          <button type="button" class="btn quiet" onClick={() => setAsked("factor")}>
            {say("access.factor.reset")}
          </button>
        )}
        <button type="button" class="btn quiet" onClick={() => setAsked("out")}>
          {say("access.out")}
        </button>
        <button type="button" class="btn quiet warn" onClick={() => setAsked("disable")}>
          {say("disable")}
        </button>
      </div>
      {asked === "password" && <PasswordDialog user={user} onClose={close} />}
      {asked !== null && asked !== "password" && <Ask asked={asked} user={user} again={again} onClose={close} />}
    </Box>
  );
}

interface AskProps extends Props {
  asked: "out" | "factor" | "disable";
  onClose: () => void;
}

function Ask({ asked, user, again, onClose }: AskProps) {
  const { id, name } = user;
  const carryOut = async (): Promise<Ack<object>> => {
    if (asked === "out") {
      const reply = await signOutEverywhere(id);
      if (reply.ok) tell(say("access.out.done", { name, n: reply.ended }));
      return reply;
    }
    const reply = await (asked === "factor" ? resetSecondFactor(id) : orderUser(id, "disable"));
    if (reply.ok) tell(say(asked === "factor" ? "access.factor.done" : "disable.done", { name }));
    if (reply.ok) again();
    return reply;
  };
  const key = asked === "disable" ? "disable" : (`access.${asked}` as const);
  const action = asked === "factor" ? say("access.factor.reset") : say(asked === "out" ? "access.out" : "disable");
  return (
    <Confirm title={say(`${key}.ask`, { name })} action={action} grave onConfirm={carryOut} onClose={onClose}>
      <p>{say(`${key}.text`)}</p>
    </Confirm>
  );
}

function PasswordDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [password, setTyped] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useWrongField(error);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const reply = await setPassword(user.id, password);
    setBusy(false);
    if (!reply.ok) {
      setError(reply.error);
      return;
    }
    tell(say("access.password.done", { name: user.name }));
    onClose();
  };
  return (
    <Dialog title={say("access.password.title", { name: user.name })} onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
        <div class="dialog-body">
          <p>{say("access.password.text")}</p>
          <TextField
            label={say("password")}
            error={error && plain(error)}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={password}
            set={setTyped}
          />
        </div>
        <div class="dialog-foot">
          <button type="button" class="btn quiet" onClick={onClose}>
            {frame("cancel")}
          </button>
          <button type="submit" disabled={busy}>
            {say("access.password")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function DisabledBox({ user, again }: Props) {
  const enable = async (): Promise<void> => {
    const reply = await orderUser(user.id, "enable");
    if (reply.ok) tell(say("enable.done", { name: user.name }));
    else tell(reply.error.message, "bad");
    again();
  };
  return (
    <Box title={say("state.disabled")} about={say("enable.note")}>
      <button type="button" onClick={() => void enable()}>
        {say("enable")}
      </button>
    </Box>
  );
}
