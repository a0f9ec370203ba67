// The panel's view of docs/protocol.md: what the sockets carry is shared with the widget, the panel's own HTTP is here.
// Only types: nothing is checked at run time, because both ends are built from the same contract.
import type {
  AgentProfile,
  AgentStatus,
  AgentChat as Chat,
  Named,
  QueueEntry,
  Resolution,
  TicketStatus,
  Verified,
  Visitor,
  Ticket as WireTicket,
  TicketMessage as WireTicketMessage,
} from "../../../widget/src/wire.ts";

export type {
  Ack,
  AgentHello as Hello,
  AgentSends,
  AgentSettings as DeskSettings,
  AgentStatus,
  Alarm,
  Author,
  CannedReply,
  FileInfo,
  FileRules,
  Light,
  Message,
  Named,
  Note,
  Priority,
  QueueEntry,
  QueueSnapshot,
  Resolution,
  Standing,
  TeamEntry,
  TicketStatus,
  Topic,
  Typing,
  UnassignedReason,
  Verified,
  Visitor,
  WireError,
} from "../../../widget/src/wire.ts";
export type { AgentProfile, Chat };

/** Somebody in line; `returned` where the server says that an agent already had them. */
export interface WaitingEntry extends QueueEntry {
  returned?: boolean;
}

export interface Me extends AgentProfile {
  capacity: number;
}

/** The short form of a solving answer; null: left out. */
export interface Solution {
  cause: string | null;
  done: string | null;
  fully_solved: boolean | null;
  can_recur: boolean | null;
}

export interface Ticket extends WireTicket {
  /** With a call-back request: whom to call, and when. */
  phone?: string | null;
  call_at?: string | null;
  called_before?: boolean | null;
  solved_at?: string | null;
  /** The promise that was not kept, until a person gives news. */
  missed_at?: string | null;
  /** When it passes to the next tier by itself. */
  escalates_at?: string | null;
  /** Of a finished ticket; of one that was opened again it is the earlier one. */
  solution?: Solution | null;
  earlier_solution?: Solution | null;
  rating?: { score: number; comment: string | null; at: string } | null;
  /** How often. */
  reopened?: number;
}

export interface TicketMessage extends WireTicketMessage {
  internal?: boolean;
  /** What a mail quotes, and the address it came from. */
  quoted?: string | null;
  sender?: string | null;
}

/** Somebody known. The first address is the primary one; signed: the site has introduced them at some time. */
export interface Contact {
  id: string;
  name: string | null;
  addresses: string[];
  signed: boolean;
  created_at: string;
}

export interface ContactChange {
  name?: string;
  addresses?: string[];
  merge?: string;
}

export interface VisitorCard {
  visitor: Visitor & {
    locale?: string | null;
    since?: string | null;
    chats_n?: number;
    rating?: { mean: number | null; n: number } | null;
  };
  /** Whom the visitor is taken for; by "address" only claimed. */
  contact?:
    | (Contact & {
        matched_by: "signed" | "code" | "address" | null;
        code: {
          to: string;
          sent_at: string;
          expires_at: string;
          state: "sent" | "confirmed" | "spent" | "replaced" | "expired";
        } | null;
      })
    | null;
  pages: { url: string; title: string | null; at: string; duration_s: number | null }[];
  earlier: {
    chats: {
      id: string;
      question: string;
      created_at: string;
      resolution: Resolution | null;
      topic: string | null;
      /** How it was known then who was speaking; null: they only said so. */
      verified?: Verified;
      rating?: number | null;
    }[];
    tickets: { number: string; subject: string; status: TicketStatus; created_at: string; verified?: Verified }[];
  };
}

export interface Decision {
  version: number;
  at: string;
  rule: string;
  winner: Named | null;
  candidates: { agent: Named | string; load: number; capacity: number; idle_s: number | null }[];
  excluded: { agent: Named | string; reason: string }[];
}

/** A chat as the search returns it. */
export interface FoundChat extends Chat {
  snippet?: string | null;
}

/** A mail that came in, and what became of it. from: as far as it can be read. */
export interface Inbound {
  id: string;
  state: "received" | "attached" | "created" | "ignored" | "refused" | "unparsable";
  reason: string | null;
  error: string | null;
  from: string | null;
  to: string[];
  subject: string | null;
  size_bytes: number;
  received_at: string;
  ticket: string | null;
  /** Whether it is still kept as it came. */
  raw: boolean;
}

export interface MailSource {
  kind: "smtp" | "lmtp" | "imap";
  error: string | null;
}

export interface Mail {
  id: string;
  kind: string;
  to: string;
  subject: string;
  state: "due" | "sent" | "failed";
  attempts: number;
  error: string | null;
  created_at: string;
  due_at: string | null;
  sent_at: string | null;
  ticket: string | null;
  chat_id: string | null;
}

export interface MailContent extends Mail {
  from: string;
  text: string;
  html: string | null;
}

export interface DepartmentInfo extends Named {
  tz?: string;
  hours?: string | null;
  holidays?: string[];
  open?: boolean;
  topics?: string[];
}

export interface Colleague extends Named {
  departments: string[];
}

export type PresenceOrder = { status: AgentStatus; reason?: string; capacity?: number };
