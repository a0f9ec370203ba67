// All API tokens: what each may, when it was used, and its end.
import { GraveButton } from "../parts/GraveButton.tsx";
import { List, ListPage } from "../parts/ListPage.tsx";
import type { Column } from "../parts/Table.tsx";
import { endToken, listTokens, type Token } from "../state/desk.ts";
import { tell } from "../state/store.ts";
import words from "../words/tokens.json" with { type: "json" };
import { LOCALE, wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });

export function All() {
  return (
    <ListPage page="tokens" say={say} load={listTokens} isEmpty={({ tokens }) => tokens.length === 0}>
      {({ tokens }, again) => (
        <List
          say={say}
          columns={columns(again)}
          rows={tokens}
          keyOf={({ id }) => id}
          textOf={({ name, hint, created_by }) => `${name} ${hint} ${created_by.name}`}
          faded={({ state }) => state !== "active"}
        />
      )}
    </ListPage>
  );
}

const when = (at: string | null, otherwise: string): string => (at ? moment.format(new Date(at)) : otherwise);

const columns = (again: () => void): Column<Token>[] => [
  {
    name: say("column.name"),
    cell: ({ name, hint, created_by }) => (
      <>
        <span dir="auto">{name}</span>
        <span class="sub">
          {say("hint", { hint })}, {say("made_by", { name: created_by.name })}
        </span>
      </>
    ),
  },
  {
    name: say("column.may"),
    cell: ({ role, scope, departments }) => (
      <>
        {say(`role.${role}`)} · {say(`scope.${scope}`)}
        {departments.length > 0 && <span class="sub">{departments.map(({ name }) => name).join(", ")}</span>}
      </>
    ),
  },
  { name: say("column.used"), cell: ({ last_used_at }) => when(last_used_at, say("never_used")) },
  {
    name: say("column.until"),
    cell: ({ state, expires_at }) => (state === "active" ? when(expires_at, say("no_end")) : say(`state.${state}`)),
  },
  {
    name: say("end"),
    class: "orders",
    cell: (token) => token.state === "active" && <End token={token} again={again} />,
  },
];

function End({ token: { id, name }, again }: { token: Token; again: () => void }) {
  const end = async () => {
    const reply = await endToken(id);
    if (reply.ok) tell(say("ended"));
    if (reply.ok) again();
    return reply;
  };
  const title = say("end.title", { name });
  return (
    <GraveButton words={say("end")} name={title} title={title} onConfirm={end}>
      {say("end.text")}
    </GraveButton>
  );
}
