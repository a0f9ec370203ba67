// One person: what is kept, a copy of it, and its erasure, which asks first.
import { useState } from "preact/hooks";
import type { Ack, WireError } from "../../net/wire.ts";
import { useWrongField } from "../../ui/parts/useWrongField.ts";
import { plain } from "../parts/Form.tsx";
import { GraveButton } from "../parts/GraveButton.tsx";
import { Box } from "../parts/Page.tsx";
import { TextField } from "../parts/TextField.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { erase, exportPerson, type Found, look } from "./orders.ts";

const say = wordsOf(words);

export function PersonBox() {
  const [person, setPerson] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [told, setTold] = useState("");
  const form = useWrongField(error);
  const change = (text: string): void => {
    setPerson(text);
    setFound(null);
    setTold("");
  };
  const find = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const answer = await look(person);
    setError(answer.ok ? null : answer.error);
    setFound(answer.ok ? answer.found : null);
  };
  const save = async (): Promise<void> => {
    const answer = await exportPerson(person);
    setError(answer.ok ? null : answer.error);
  };
  const carryOut = async (): Promise<Ack<object>> => {
    const answer = await erase(person);
    if (answer.ok) {
      setFound(null);
      setTold(say(answer.purged ? "person.erased" : "person.later"));
    }
    return answer;
  };
  return (
    <Box title={say("person")} about={say("person.about")}>
      <form class="form" ref={form} onSubmit={find} noValidate>
        <TextField
          label={say("person.who")}
          hint={say("person.hint")}
          error={error && plain(error)}
          spellcheck={false}
          autocapitalize="none"
          maxLength={400}
          value={person}
          set={change}
        />
        <p>
          <button type="submit" class="btn quiet">
            {say("person.look")}
          </button>
        </p>
      </form>
      <div role="status">
        {told && <p class="note good">{told}</p>}
        {found && <Kept found={found} />}
      </div>
      {found && (
        <div class="row-tools">
          <button type="button" class="btn quiet" onClick={() => void save()}>
            {say("person.export")}
          </button>
          <GraveButton words={say("person.erase")} title={say("person.erase")} onConfirm={carryOut}>
            {say("person.sure", { who: person })}
          </GraveButton>
        </div>
      )}
    </Box>
  );
}

function Kept({ found }: { found: Found }) {
  const { chats, tickets, visits, contacts, addresses } = found;
  const facts: [string, string | number][] = [
    [say("found.chats"), chats],
    [say("found.tickets"), tickets],
    [say("found.visits"), visits],
    [say("found.contacts"), contacts],
    [say("found.addresses"), addresses.join(", ") || "–"],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
