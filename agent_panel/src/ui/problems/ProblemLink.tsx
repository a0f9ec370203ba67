// The problem that a ticket or a chat belongs to: shown, chosen among the open ones, or made here.
// Stands by itself: <ProblemLink kind="ticket" id={number} /> in a ticket's detail, kind="chat" on a chat's card.
import { useState } from "preact/hooks";
import {
  type LinkKind,
  linkProblem,
  listProblems,
  makeProblem,
  type ProblemMark,
  problemOf,
  unlinkProblem,
} from "../../net/cases.ts";
import type { Ack, WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { FormError } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { TitleField } from "./TitleField.tsx";

const NEW = "new";

interface Props {
  kind: LinkKind;
  id: string;
}

function Linked({ problem, unlink }: { problem: ProblemMark; unlink: () => void }) {
  return (
    <p class="problem-linked">
      <span class={`chip s-${problem.status}`}>{t(`problems.state.${problem.status}`)}</span>
      <a href={hrefOf({ page: "problems", problem: problem.id })} dir="auto">
        {problem.title}
      </a>
      {problem.status === "open" && (
        <button
          type="button"
          class="btn plain square"
          aria-label={t("problems.unlink", { what: problem.title })}
          onClick={unlink}
        >
          <Icon name="hide" />
        </button>
      )}
    </p>
  );
}

function Choose({ kind, id, done }: Props & { done: () => void }) {
  const [open] = useLoad("open", () => listProblems("open", null));
  const [chosen, setChosen] = useState("");
  const [title, setTitle] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async (): Promise<void> => {
    setBusy(true);
    const target: Ack<{ problem: ProblemMark }> =
      chosen === NEW
        ? await makeProblem(title, crypto.randomUUID())
        : { ok: true, problem: { id: chosen, title: "", status: "open" } };
    const reply = target.ok ? await linkProblem(target.problem.id, kind, id) : target;
    setBusy(false);
    setError(reply.ok ? null : reply.error);
    if (reply.ok) done();
  };
  const problems = open.state === "ready" ? open.data.problems : [];
  return (
    <form
      class="problem-choose"
      onSubmit={(event) => {
        event.preventDefault();
        void act();
      }}
    >
      <div class="problem-row">
        <select
          aria-label={t("problem.pick")}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          <option value="">{t("problem.none")}</option>
          {problems.map((problem) => (
            <option key={problem.id} value={problem.id}>
              {problem.title}
            </option>
          ))}
          <option value={NEW}>{t("problem.make_new")}</option>
        </select>
        {chosen && (
          <button type="submit" class="btn" disabled={busy || (chosen === NEW && !title.trim())}>
            {t("problem.link")}
          </button>
        )}
      </div>
      {chosen === NEW && <TitleField title={title} setTitle={setTitle} />}
      <FormError error={error} fields={[]} />
    </form>
  );
}

export function ProblemLink({ kind, id }: Props) {
  const [loaded, again] = useLoad(`${kind} ${id}`, () => problemOf(kind, id));
  if (loaded.state !== "ready") return null;
  const { problem } = loaded.data;
  const unlink = async (): Promise<void> => {
    if (problem) await unlinkProblem(problem.id, kind, id);
    again();
  };
  return (
    <section class="problem-link" aria-label={t("problem.of")}>
      <h3>{t("problem.of")}</h3>
      {problem ? (
        <Linked problem={problem} unlink={() => void unlink()} />
      ) : (
        <Choose key={id} kind={kind} id={id} done={again} />
      )}
    </section>
  );
}
