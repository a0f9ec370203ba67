/** The panel's frame: who is on the other side, what is wrong with the connection or the service, and the screen. */
import { useEffect } from "preact/hooks";
import { accepting, isOpen, type Screen, screenOf } from "../state/screen.ts";
import { Announcer } from "./announcer.tsx";
import { Conversation } from "./chat.tsx";
import { Composer } from "./composer.tsx";
import { Ended } from "./ended.tsx";
import { IncidentBar } from "./incident.tsx";
import { Heading, type Props } from "./parts.tsx";
import { Start } from "./start.tsx";
import { Waiting } from "./waiting.tsx";
import { Confirmed, Write } from "./write.tsx";

const screens: Record<Screen, (props: Props) => preact.JSX.Element | null> = {
  loading: Loading,
  refused: Refused,
  confirmed: Confirmed,
  write: Write,
  start: Start,
  closed: Start,
  waiting: Waiting,
  chat: Conversation,
  ended: Ended,
};

export function Panel(props: Props) {
  const { state, deeds, t } = props;
  const screen = screenOf(state);
  const Shown = screens[screen];
  const sends = state.chat && state.chat.state !== "closed";
  useEffect(() => {
    // The loader gave the iframe the focus: put it where the visitor goes on.
    // On a phone not into the field: its keyboard would hide the conversation.
    const first = matchMedia("(pointer: fine)").matches ? ".composer textarea, h1" : "h1";
    if (state.open) document.querySelector<HTMLElement>(first)?.focus({ preventScroll: true });
  }, [state.open]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing) deeds.close();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [deeds]);
  return (
    <main class="panel">
      <Header {...props} />
      <div role="status">
        {state.link === "offline" && <p class="bar red">{t(sends ? "offline_sends" : "offline")}</p>}
        <IncidentBar {...props} />
      </div>
      <Shown {...props} />
      {(screen === "waiting" || screen === "chat") && (
        // Outside the screens: who is typing when the agent comes goes on typing.
        <Composer {...props} label={t(screen === "chat" ? "message" : "add")} />
      )}
      <Announcer state={state} t={t} />
    </main>
  );
}

function Header({ state, deeds, t }: Props) {
  const { chat, settings } = state;
  const place = chat?.department.name ?? (settings.site_name || t("support"));
  const agent = chat?.state === "queued" ? null : chat?.agent;
  const online = accepting(state);
  return (
    <header>
      <div class="avatar" aria-hidden="true">
        {initials(agent?.name ?? place)}
      </div>
      <div class="names">
        <b dir="auto">{agent?.name ?? place}</b>
        <span class="small mut">
          {agent ? (
            place
          ) : !state.known ? (
            t("loading")
          ) : (
            <>
              <i class={online && isOpen(state) ? "dot on" : "dot"} />
              {!isOpen(state) ? t("closed_now") : online ? t("online", { n: online }) : t("nobody_online")}
            </>
          )}
        </span>
      </div>
      <button
        type="button"
        class="icon"
        aria-pressed={!state.muted}
        aria-label={t("sound")}
        title={t("sound")}
        onClick={() => deeds.dispatch({ type: "muted", on: !state.muted })}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4z" />
          <path d={state.muted ? "M16 9.5l5 5M21 9.5l-5 5" : "M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11"} />
        </svg>
      </button>
      <button type="button" class="icon" aria-label={t("close")} title={t("close")} onClick={deeds.close}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 6l12 12M18 6L6 18" />
        </svg>
      </button>
    </header>
  );
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();

function Loading({ t }: Props) {
  return (
    <div class="scroll pad center" aria-busy="true">
      <div class="spinner" />
      <Heading>{t("loading")}</Heading>
    </div>
  );
}

function Refused({ state, deeds, t }: Props) {
  return (
    <div class="scroll pad">
      <Heading>{t("refused_title")}</Heading>
      <p class="lead">{t("refused_text")}</p>
      <p class="small mut">{state.refusal}</p>
      <div class="actions">
        <button type="button" class="wide" onClick={deeds.withoutIdentity}>
          {t("refused_go")}
        </button>
      </div>
    </div>
  );
}
