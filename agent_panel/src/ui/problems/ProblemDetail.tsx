// One problem: what is known of it, what is linked to it, and the way to solve it for everybody.
import { useState } from "preact/hooks";
import {
  changeProblem,
  type ProblemDetail as Detail,
  type LinkKind,
  type Problem,
  readProblem,
  unlinkProblem,
} from "../../net/cases.ts";
import type { Ack } from "../../net/wire.ts";
import { hrefOf } from "../../state/route.ts";
import { now, tell } from "../../state/store.ts";
import { shortMoment } from "../../words/moments.ts";
import { t } from "../../words/words.ts";
import { Field } from "../parts/Field.tsx";
import { Icon } from "../parts/Icon.tsx";
import { StatusMark } from "../parts/marks.tsx";
import { Loading, Problem as Trouble } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { SolveProblem } from "./SolveProblem.tsx";

interface Changing {
  detail: Detail;
  take: (reply: Ack<Detail>) => void;
}

function Known({ detail, take }: Changing) {
  const { problem } = detail;
  const [cause, setCause] = useState(problem.cause ?? "");
  const [solution, setSolution] = useState(problem.solution ?? "");
  const save = async (): Promise<void> => {
    const reply = await changeProblem(problem.id, { cause: cause || null, solution: solution || null });
    take(reply);
    if (reply.ok) tell(t("problems.saved"));
  };
  const area = (label: string, value: string, set: (text: string) => void) => (
    <Field label={label}>
      {(ids) => (
        <textarea
          {...ids}
          dir="auto"
          rows={2}
          maxLength={8000}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </Field>
  );
  return (
    <form
      class="case-box"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {area(t("problems.cause"), cause, setCause)}
      {area(t("problems.solution"), solution, setSolution)}
      {(cause !== (problem.cause ?? "") || solution !== (problem.solution ?? "")) && (
        <button type="submit" class="btn quiet">
          {t("problems.save")}
        </button>
      )}
    </form>
  );
}

function Unlink({
  problem,
  kind,
  subject,
  take,
}: { problem: Problem; kind: LinkKind; subject: string } & Pick<Changing, "take">) {
  if (problem.status === "solved") return null;
  return (
    <button
      type="button"
      class="btn plain square"
      aria-label={t("problems.unlink", { what: subject })}
      onClick={() => void unlinkProblem(problem.id, kind, subject).then(take)}
    >
      <Icon name="hide" />
    </button>
  );
}

function Links({ detail, take }: Changing) {
  const { problem, tickets, chats, hidden } = detail;
  if (tickets.length + chats.length + hidden === 0) return <p class="small mut">{t("problems.nothing_linked")}</p>;
  return (
    <div class="case-box">
      {tickets.length > 0 && <h3>{t("problems.tickets")}</h3>}
      <ul class="case-links">
        {tickets.map((ticket) => (
          <li key={ticket.number}>
            <a href={hrefOf({ page: "tickets", number: ticket.number })}>
              <span class="num mut">{ticket.number}</span> <span dir="auto">{ticket.subject}</span>
            </a>
            <StatusMark status={ticket.status} />
            <span class="small mut case-who">{ticket.requester.name ?? ticket.requester.email}</span>
            <Unlink problem={problem} kind="ticket" subject={ticket.number} take={take} />
          </li>
        ))}
      </ul>
      {chats.length > 0 && <h3>{t("problems.chats")}</h3>}
      <ul class="case-links">
        {chats.map((chat) => (
          <li key={chat.id}>
            <a href={hrefOf({ page: "transcript", chat: chat.id })} dir="auto">
              {chat.question}
            </a>
            <span class="small mut case-who">{chat.visitor.name ?? chat.visitor.email ?? ""}</span>
            <Unlink problem={problem} kind="chat" subject={chat.id} take={take} />
          </li>
        ))}
      </ul>
      {hidden > 0 && <p class="small mut">{t("problems.hidden", { n: hidden })}</p>}
    </div>
  );
}

function Said({ problem }: { problem: Problem }) {
  return (
    <div class="case-box">
      <p class="small">
        <b>{t(problem.answered_at ? "problems.answered" : "problems.answering")}</b>
      </p>
      <h3>{t("problems.said")}</h3>
      <p class="case-text" dir="auto">
        {problem.answer}
      </p>
    </div>
  );
}

export function ProblemDetail({ id, onChange }: { id: string; onChange: () => void }) {
  const [loaded, again, put] = useLoad<Detail>(id, () => readProblem(id));
  const [solving, setSolving] = useState(false);
  if (loaded.state !== "ready") {
    return (
      <section class="page-detail" aria-label={t("problem.of")}>
        {loaded.state === "failed" ? <Trouble error={loaded.error} retry={again} /> : <Loading lines={6} />}
      </section>
    );
  }
  const { problem } = loaded.data;
  const take = (reply: Ack<Detail>): void => {
    if (reply.ok) put(reply);
    else tell(reply.error.message, "bad");
    onChange();
  };
  return (
    <section class="page-detail" aria-label={problem.title}>
      <div class="page-column">
        <header class="case-head">
          <a
            class="btn plain square back"
            href={hrefOf({ page: "problems", problem: null })}
            aria-label={t("problems.back")}
          >
            <Icon name="back" />
          </a>
          <h2 dir="auto">{problem.title}</h2>
          <span class={`chip s-${problem.status}`}>{t(`problems.state.${problem.status}`)}</span>
          <span class="small mut">
            {t("problems.made", {
              name: problem.created_by.name ?? "",
              when: shortMoment(problem.created_at, now.value),
            })}
          </span>
          {problem.status === "open" && (
            <button type="button" class="btn case-act" onClick={() => setSolving(true)}>
              {t("problems.solve")}
            </button>
          )}
        </header>
        {problem.status === "solved" && <Said problem={problem} />}
        <Known key={`${problem.cause}${problem.solution}`} detail={loaded.data} take={take} />
        <Links detail={loaded.data} take={take} />
      </div>
      {solving && (
        <SolveProblem
          detail={loaded.data}
          close={() => setSolving(false)}
          solved={(reply) => {
            take(reply);
            setSolving(false);
          }}
        />
      )}
    </section>
  );
}
