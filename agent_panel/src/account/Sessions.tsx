// Where one is signed in; each can be ended, or all the others at once.
import { endOthers, endSession, type Session } from "./api.ts";
import { load, tell } from "./store.ts";
import { useStep } from "./useStep.ts";
import { say, when } from "./words.ts";

export function Sessions({ sessions }: { sessions: Session[] }) {
  const heading = useStep(sessions.map(({ id }) => id).join());
  const end = async (id: string): Promise<void> => {
    const reply = await endSession(id);
    if (reply.ok) tell(say("sessions.one_ended"));
    else tell(reply.error.message, "bad");
    await load();
  };
  const others = async (): Promise<void> => {
    const reply = await endOthers();
    if (reply.ok) tell(say("sessions.ended", { n: reply.ended }));
    else tell(reply.error.message, "bad");
    await load();
  };
  return (
    <section class="account-part" aria-labelledby="sessions-title">
      <h2 id="sessions-title" ref={heading} tabIndex={-1}>
        {say("sessions.title")}
      </h2>
      <ul class="sessions">
        {sessions.map((session) => (
          <Row key={session.id} session={session} end={() => void end(session.id)} />
        ))}
      </ul>
      {sessions.length > 1 && (
        <button type="button" class="btn quiet" onClick={() => void others()}>
          {say("sessions.others")}
        </button>
      )}
    </section>
  );
}

function Row({ session, end }: { session: Session; end: () => void }) {
  const device = session.device || say("sessions.unknown_device");
  const facts = [
    session.address,
    say("sessions.began", { when: when(session.created_at) }),
    say("sessions.used", { when: when(session.last_used_at) }),
    session.method === "provider" ? say("sessions.by_provider") : "",
  ];
  return (
    <li>
      <span class="session-facts">
        <b>{device}</b>
        <span class="small mut">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      {session.current ? (
        <span class="session-here small">{say("sessions.current")}</span>
      ) : (
        <button
          type="button"
          class="btn quiet small-btn"
          aria-label={say("sessions.end_named", { device, when: when(session.created_at) })}
          onClick={end}
        >
          {say("sessions.end")}
        </button>
      )}
    </li>
  );
}
