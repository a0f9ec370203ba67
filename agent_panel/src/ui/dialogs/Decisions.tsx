// Why a chat went where it went: each routing decision with its rule, its candidates and who was excluded why.
import { decisions } from "../../net/api.ts";
import type { Decision } from "../../net/wire.ts";
import { formatCoarse } from "../../state/clock.ts";
import { clockTime, exact } from "../../words/moments.ts";
import { nameOf } from "../../words/people.ts";
import { t, tOr } from "../../words/words.ts";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { useLoad } from "../parts/useLoad.ts";
import { Dialog } from "./Dialog.tsx";

function Candidates({ decision }: { decision: Decision }) {
  const winner = decision.winner;
  if (decision.candidates.length === 0) return winner ? null : <p class="small mut">{t("why.no_candidates")}</p>;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("why.candidate")}</th>
          <th scope="col">{t("why.load")}</th>
          <th scope="col">{t("why.idle")}</th>
        </tr>
      </thead>
      <tbody>
        {decision.candidates.map((candidate) => {
          const name = nameOf(candidate.agent);
          const id = typeof candidate.agent === "string" ? candidate.agent : candidate.agent.id;
          const won = winner !== null && (winner.id === id || winner.name === name);
          return (
            <tr key={id} class={won ? "won" : ""}>
              <th scope="row">
                <span dir="auto">{winner?.id === id ? winner.name : name}</span>
                {won && <span class="light g">{t("why.chosen")}</span>}
              </th>
              <td class="num">
                {candidate.load}/{candidate.capacity}
              </td>
              <td class="num">{candidate.idle_s === null ? "–" : formatCoarse(Math.round(candidate.idle_s))}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function OneDecision({ decision }: { decision: Decision }) {
  return (
    <li class="decision">
      <p>
        <time class="tiny num" dateTime={decision.at} title={exact(decision.at)}>
          {clockTime(decision.at)}
        </time>{" "}
        <b>{decision.winner ? t("why.to", { name: decision.winner.name }) : t("why.to_nobody")}</b>
      </p>
      <p class="small mut">{tOr(`rule.${decision.rule}`, decision.rule)}</p>
      <Candidates decision={decision} />
      {decision.excluded.length > 0 && (
        <ul class="excluded small">
          {decision.excluded.map(({ agent, reason }) => (
            <li key={nameOf(agent)}>
              <span dir="auto">{nameOf(agent)}</span>: {tOr(`excluded.${reason}`, reason)}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

export function Decisions({ chat, onClose }: { chat: string; onClose: () => void }) {
  const [loaded, again] = useLoad(chat, () => decisions(chat));
  return (
    <Dialog title={t("why.title")} wide onClose={onClose}>
      <div class="dialog-body">
        {loaded.state === "loading" && <Loading />}
        {loaded.state === "failed" && <Problem error={loaded.error} retry={again} />}
        {loaded.state === "ready" && loaded.data.decisions.length === 0 && (
          <Empty title={t("why.empty")}>{t("why.empty_how")}</Empty>
        )}
        {loaded.state === "ready" && (
          <ol class="decisions">
            {loaded.data.decisions.map((decision) => (
              <OneDecision key={decision.version} decision={decision} />
            ))}
          </ol>
        )}
      </div>
    </Dialog>
  );
}
