/** Everything the widget knows, in one object; changed only by reduce.ts, shown by ui/, read by net/session.ts. */
import type {
  Department,
  Incident,
  Message,
  Queue,
  TicketPromise,
  Visitor,
  VisitorChat,
  VisitorHello,
  VisitorSettings,
  WireError,
} from "../../wire.ts";
import { emptyLog, type Log } from "./log.ts";
import type { Outgoing } from "./outbox.ts";
import type { Upload } from "./uploads.ts";

export type Link = "connecting" | "live" | "offline" | "refused";

/** What is on its way to the server, or was refused; the screen that asked shows it beside its button. */
export type Deed = "chat:start" | "chat:to_ticket" | "chat:leave" | "chat:transcript" | "chat:rate" | "code:enter";

/** What is written instead of a chat: an answer by mail, a call, something we could do better. */
export type Instead = "write" | "callback" | "suggestion";

export interface Form {
  name: string;
  email: string;
  department: string;
  topic: string;
  question: string;
  phone: string;
  /** A local input's value. */
  call_at: string;
  /** "yes" or nothing. */
  called_before: string;
  /** The version of the text, or nothing. */
  consent: string;
}

export interface Confirmed {
  email: string;
  phone?: string;
  call_at?: string;
  kind?: "suggestion";
}

export interface State {
  link: Link;
  refusal: string | null;
  /** A hello has come: what follows is the server's word, not a guess. */
  known: boolean;
  visitor: Visitor | null;
  departments: Department[];
  settings: VisitorSettings;
  incident: Incident | null;
  /** Put away by this visitor, the newest last. */
  hidden_incidents: string[];
  /** Server's clock minus ours. */
  clock_offset_ms: number;
  chat: VisitorChat | null;
  /** The chat of the last 24 hours that is over, to come back to. */
  last_chat: VisitorChat | null;
  log: Log;
  queue: Queue | null;
  /** Why the place or the wait got worse; kept until it gets better again. */
  setback: Queue["reason"] | "slower";
  /** The agent who is typing, "" where the name is unknown. */
  typing: string | null;
  outbox: Outgoing[];
  uploads: Upload[];
  /** The panel is on screen. */
  open: boolean;
  /** The newest seq that was on screen. */
  seen_seq: number;
  /** Which form instead of a chat is being filled in. */
  writing: Instead | null;
  /** kind, phone and call_at: as what it was asked, and what the confirmation repeats. */
  ticket: (TicketPromise & Confirmed) | null;
  form: Form;
  draft: string;
  busy: Deed | null;
  error: (WireError & { deed: Deed }) | null;
  mailed_to: string | null;
  rated: boolean;
  muted: boolean;
}

export const DEFAULT_SETTINGS: VisitorSettings = { service_target_s: 90, visitor_grace_s: 120, site_name: "" };

export const initial: State = {
  link: "connecting",
  refusal: null,
  known: false,
  visitor: null,
  departments: [],
  settings: DEFAULT_SETTINGS,
  incident: null,
  hidden_incidents: [],
  clock_offset_ms: 0,
  chat: null,
  last_chat: null,
  log: emptyLog,
  queue: null,
  setback: null,
  typing: null,
  outbox: [],
  uploads: [],
  open: false,
  seen_seq: 0,
  writing: null,
  ticket: null,
  form: {
    name: "",
    email: "",
    department: "",
    topic: "",
    question: "",
    phone: "",
    call_at: "",
    called_before: "",
    consent: "",
  },
  draft: "",
  busy: null,
  error: null,
  mailed_to: null,
  rated: false,
  muted: false,
};

export type Action =
  | { type: "linked"; link: Link; refusal?: string }
  | { type: "hello"; hello: VisitorHello; now_ms: number }
  | { type: "departments"; departments: Department[] }
  | { type: "incident"; incident: Incident | null }
  | { type: "settings"; settings: VisitorSettings }
  | { type: "incident_hidden"; id: string }
  | { type: "chat"; chat: VisitorChat }
  | { type: "queue"; chat_id: string; queue: Queue }
  | { type: "messages"; chat_id: string; messages: Message[] }
  | { type: "read"; chat_id: string; seq: number }
  | { type: "typing"; chat_id: string; name: string | null }
  | { type: "put"; entry: Outgoing }
  | { type: "sent"; client_id: string }
  | { type: "refused"; client_id: string; error: WireError }
  | { type: "retried"; client_id: string; new_id: string }
  | { type: "upload"; upload: Upload }
  | { type: "dropped"; client_id: string }
  | { type: "ticketed"; ticket: TicketPromise; asked: Confirmed }
  | { type: "doing"; deed: Deed }
  | { type: "done"; deed: Deed }
  | { type: "failed"; deed: Deed; error: WireError }
  | { type: "mailed"; to: string }
  | { type: "rated" }
  | { type: "form"; form: Partial<Form> }
  | { type: "draft"; draft: string }
  | { type: "writing"; as: Instead | null }
  | { type: "opened"; on: boolean }
  | { type: "seen"; seq: number }
  | { type: "muted"; on: boolean }
  | { type: "looked_back" }
  | { type: "restarted" };
