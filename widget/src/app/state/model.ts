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

export type Link = "connecting" | "live" | "offline" | "refused";

/** What is on its way to the server, or was refused; the screen that asked shows it beside its button. */
export type Deed = "chat:start" | "chat:to_ticket" | "chat:leave" | "chat:transcript" | "chat:rate" | "code:enter";

export interface Form {
  name: string;
  email: string;
  department: string;
  topic: string;
  question: string;
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
  /** The panel is on screen. */
  open: boolean;
  /** The newest seq that was on screen. */
  seen_seq: number;
  /** "Write to me instead" is being filled in. */
  writing: boolean;
  ticket: (TicketPromise & { email: string }) | null;
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
  open: false,
  seen_seq: 0,
  writing: false,
  ticket: null,
  form: { name: "", email: "", department: "", topic: "", question: "" },
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
  | { type: "ticketed"; ticket: TicketPromise; email: string }
  | { type: "doing"; deed: Deed }
  | { type: "done"; deed: Deed }
  | { type: "failed"; deed: Deed; error: WireError }
  | { type: "mailed"; to: string }
  | { type: "rated" }
  | { type: "form"; form: Partial<Form> }
  | { type: "draft"; draft: string }
  | { type: "writing"; on: boolean }
  | { type: "opened"; on: boolean }
  | { type: "seen"; seq: number }
  | { type: "muted"; on: boolean }
  | { type: "looked_back" }
  | { type: "restarted" };
