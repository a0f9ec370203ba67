// Problems: what several tickets and chats have in common, the open ones first.
import { useState } from "preact/hooks";
import { listProblems, makeProblem, type Problem } from "../../net/cases.ts";
import type { WireError } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { t } from "../../words/words.ts";
import { Dialog } from "../dialogs/Dialog.tsx";
import { errorOf, FormError } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { When } from "../parts/marks.tsx";
import { PagedList } from "../parts/PagedList.tsx";
import { Empty } from "../parts/states.tsx";
import { usePages } from "../parts/usePages.ts";
import { ProblemDetail } from "./ProblemDetail.tsx";
import { TitleField } from "./TitleField.tsx";

const STATES = ["open", "solved"] as const;
type State = (typeof STATES)[number];

function Row({ problem, chosen }: { problem: Problem; chosen: boolean }) {
  return (
    <li>
      <a
        class="ticket-row"
        href={hrefOf({ page: "problems", problem: problem.id })}
        aria-current={chosen ? "true" : undefined}
      >
        <b class="ticket-subject clip" dir="auto">
          {problem.title}
        </b>
        <When at={problem.solved_at ?? problem.created_at} class="ticket-when tiny num" />
        <span class="ticket-who small mut">{t("problems.linked", { n: problem.linked })}</span>
        <span class="ticket-marks">
          <span class={`chip s-${problem.status}`}>{t(`problems.state.${problem.status}`)}</span>
        </span>
      </a>
    </li>
  );
}

function List({ state, chosen }: { state: State; chosen: string | null }) {
  const pages = usePages(state, async (cursor) => {
    const reply = await listProblems(state, cursor);
    return reply.ok ? { ok: true, items: reply.problems, next: reply.next } : reply;
  });
  return (
    <PagedList pages={pages} empty={<Empty title={t(`problems.empty.${state}`)}>{t("problems.empty_how")}</Empty>}>
      {(problem) => <Row key={problem.id} problem={problem} chosen={problem.id === chosen} />}
    </PagedList>
  );
}

function NewProblem({ close }: { close: () => void }) {
  const [client_id] = useState(() => crypto.randomUUID());
  const [title, setTitle] = useState("");
  const [error, setError] = useState<WireError | null>(null);
  const make = async (): Promise<void> => {
    const reply = await makeProblem(title, client_id);
    if (!reply.ok) return setError(reply.error);
    location.hash = hrefOf({ page: "problems", problem: reply.problem.id });
    close();
  };
  return (
    <Dialog title={t("problems.new")} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <div class="dialog-body">
          <TitleField title={title} setTitle={setTitle} error={errorOf(error, "title")} />
          <FormError error={error} fields={["title"]} />
        </div>
        <div class="dialog-foot">
          <button type="submit" class="btn" disabled={!title.trim()}>
            {t("problems.make")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function ProblemsPage({ id }: { id: string | null }) {
  const [state, setState] = useState<State>("open");
  const [changes, setChanges] = useState(0);
  const [making, setMaking] = useState(false);
  const changed = (): void => setChanges((n) => n + 1);
  return (
    <main class={`page tickets${id ? " with-detail" : ""}`} aria-label={t("nav.problems")}>
      <section class="page-list" aria-label={t("nav.problems")}>
        <header class="page-head">
          <h2 class="page-title">{t("nav.problems")}</h2>
          <button type="button" class="btn soft" onClick={() => setMaking(true)}>
            <Icon name="plus" />
            {t("problems.new")}
          </button>
        </header>
        <fieldset class="tabs">
          <legend class="sr">{t("problems.filter")}</legend>
          {STATES.map((each) => (
            <label key={each}>
              <input type="radio" name="problem-state" checked={state === each} onChange={() => setState(each)} />
              <span>{t(`problems.state.${each}`)}</span>
            </label>
          ))}
        </fieldset>
        <List key={`${state}${changes}`} state={state} chosen={id} />
      </section>
      {id ? (
        <ProblemDetail key={id} id={id} onChange={changed} />
      ) : (
        <div class="page-detail none">
          <Empty title={t("problems.choose")} />
        </div>
      )}
      {making && (
        <NewProblem
          close={() => {
            setMaking(false);
            changed();
          }}
        />
      )}
    </main>
  );
}
