// Mail: who writes, how it ends in each language, and one mail to see whether it goes.
import { useState } from "preact/hooks";
import type { WireError } from "../../net/wire.ts";
import { useLoad } from "../../ui/parts/useLoad.ts";
import { useWrongField } from "../../ui/parts/useWrongField.ts";
import { Form, type FormState, plain, sentence, useForm } from "../parts/Form.tsx";
import { fieldsOf } from "../parts/fieldsOf.ts";
import { fixedBy, Languages } from "../parts/Languages.tsx";
import { type AdminPage, Box, Head, Show } from "../parts/Page.tsx";
import { TextArea, TextField } from "../parts/TextField.tsx";
import { changeMail, type Language, type Mail, type MailValues, readMail, type Trial, tryMail } from "../state/desk.ts";
import words from "../words/mail.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "mail";
const FIELDS = ["address", "name", "signatures"];

function MailPage() {
  const [loaded, again, put] = useLoad(KEY, readMail);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <Show loaded={loaded} retry={again}>
        {({ mail: there }) => <Editor there={there} again={again} done={(mail) => put({ mail })} />}
      </Show>
    </>
  );
}

function Editor({ there, again, done }: { there: Mail; again: () => void; done: (mail: Mail) => void }) {
  const { address, name, signatures, version } = there;
  const form = useForm<MailValues, { mail: Mail }>(
    `${KEY}/${version}`,
    { address, name, signatures },
    (values) => changeMail(changedOnly(values, there), version),
    (answer) => done(answer.mail),
  );
  const [language, setLanguage] = useState<Language>("en");
  return (
    <>
      <Form form={form} fields={FIELDS} onReload={again}>
        <Sender form={form} there={there} />
        <Signatures form={form} language={language} pick={setLanguage} />
      </Form>
      <Test smtp={there.smtp} language={language} unsaved={form.dirty} />
    </>
  );
}

/** An address that was never set is the server's default, which must not be checked as if somebody had typed it. */
const changedOnly = (values: MailValues, there: Mail): MailValues => {
  const { address, ...rest } = values;
  return (address === there.address ? rest : values) as MailValues;
};

function Sender({ form, there }: { form: FormState<MailValues>; there: Mail }) {
  const { draft, set, error } = form;
  const field = fieldsOf(words, form);
  const fixed = fixedBy(there.set_by, "address");
  return (
    <Box title={say("sender")}>
      <div class="fields">
        <TextField
          {...field("address")}
          hint={fixed ?? say("address.hint")}
          type="email"
          autocomplete="off"
          readOnly={Boolean(fixed)}
        />
        <TextField
          label={say("name")}
          hint={say("name.hint")}
          error={sentence(error, "name")}
          dir="auto"
          maxLength={80}
          value={draft.name ?? ""}
          set={(name) => set({ name: name || null })}
        />
      </div>
    </Box>
  );
}

interface SignaturesProps {
  form: FormState<MailValues>;
  language: Language;
  pick: (language: Language) => void;
}

function Signatures({ form, language, pick }: SignaturesProps) {
  const { draft, set, error } = form;
  return (
    <Box title={say("signatures")} about={say("signatures.about")}>
      <Languages value={language} pick={pick} filled={(each) => Boolean(draft.signatures[each])} />
      <TextArea
        label={say("signature")}
        error={sentence(error, `signatures.${language}`)}
        rows={4}
        lang={language}
        dir="auto"
        maxLength={1000}
        value={draft.signatures[language] ?? ""}
        set={(text) => set({ signatures: { ...draft.signatures, [language]: text || null } })}
      />
    </Box>
  );
}

function Test({ smtp, language, unsaved }: { smtp: boolean; language: Language; unsaved: boolean }) {
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const [trial, setTrial] = useState<Trial | null>(null);
  const form = useWrongField(error);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setTrial(null);
    const reply = await tryMail(to.trim(), language);
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) setTrial(reply);
  };
  return (
    <Box title={say("test")} about={say("test.about")}>
      {!smtp && <p class="note warn">{say("test.maildir")}</p>}
      <form class="form" ref={form} onSubmit={send} noValidate>
        <div class="fields">
          <TextField
            label={say("to")}
            hint={say("to.hint")}
            error={error && plain(error)}
            type="email"
            autocomplete="email"
            value={to}
            set={setTo}
          />
        </div>
        {unsaved && <p class="small mut">{say("save_first")}</p>}
        <div>
          <button type="submit" class="btn soft" disabled={busy}>
            {say(busy ? "sending" : "send")}
          </button>
        </div>
      </form>
      <div role="status">{trial && <Result trial={trial} />}</div>
    </Box>
  );
}

function Result({ trial: { to, sent, answer, error, remedy } }: { trial: Trial }) {
  if (sent) return <p class="note good">{say("sent", { to, answer: answer ?? "" })}</p>;
  return (
    <p class="note bad">
      <span>
        {say("not_sent", { to, error: error ?? "" })} {remedy}
      </span>
    </p>
  );
}

export const mail: AdminPage = { key: KEY, title: say("title"), group: "customers", Page: MailPage };
