/** The namespace /visitor of docs/protocol.md: what a visitor receives and sends. */
import type {
  FileRules,
  Incident,
  Iso,
  Message,
  Named,
  Queue,
  Rating,
  Typing,
  Visitor,
  VisitorChat,
} from "./objects.ts";

export interface PageInfo {
  url: string;
  title: string;
  referrer?: string;
}

export interface VisitorAuth {
  token?: string;
  identity?: string;
  page?: PageInfo;
  locale?: string;
  department?: string;
}

export interface Department extends Named {
  open: boolean;
  opens_at: Iso | null;
  waiting: number;
  /** Agents online, whatever their load. */
  accepting: number;
  /** The topics a visitor may choose. */
  topics?: string[];
}

export interface VisitorSettings {
  service_target_s: number;
  visitor_grace_s: number;
  site_name: string;
  /** What may be sent; null: no files here. */
  files?: FileRules | null;
  /** Ways to reach the desk; what is not named is offered. message: "write to me instead". */
  offers?: Partial<Record<"chat" | "callback" | "suggestion" | "message", boolean>>;
  /** What is asked before a chat; what is not named is optional. */
  ask?: Partial<Record<"name" | "email" | "topic", "no" | "optional" | "required">>;
  /** What is agreed to before a chat; null: nothing. */
  consent?: ConsentText | null;
  /** By department, where they ask for different things. */
  consents?: Record<string, ConsentText | null>;
  /** In the visitor's language, instead of the widget's own. */
  texts?: Record<string, string>;
}

export interface ConsentText {
  version: string;
  text: string;
  required: boolean;
}

export interface VisitorHello {
  token: string;
  visitor: Visitor;
  departments: Department[];
  incident: Incident | null;
  chat: VisitorChat | null;
  last_chat: VisitorChat | null;
  server_time: Iso;
  settings?: VisitorSettings;
}

export interface VisitorReceives {
  hello: (hello: VisitorHello) => void;
  departments: (departments: Department[] | { departments: Department[] }) => void;
  chat: (chat: VisitorChat) => void;
  queue: (queue: Queue & { chat_id: string }) => void;
  message: (message: Message) => void;
  typing: (typing: Typing) => void;
  read: (read: { chat_id: string; seq: number; by: "agent" }) => void;
  incident: (incident: Incident | null) => void;
  /** An admin has changed them. */
  settings: (settings: VisitorSettings) => void;
}

export interface ChatStart {
  client_id: string;
  question: string;
  department?: string;
  name?: string;
  email?: string;
  topic?: string;
  /** The version of the text that was agreed to. */
  consent?: string;
  fields?: Record<string, string>;
}

export type MessageSend = { chat_id: string; client_id: string } & ({ body: string } | { file_id: string });

export interface ChatToTicket {
  client_id: string;
  email: string;
  consent?: string;
  question?: string;
  subject?: string;
  name?: string;
  chat_id?: string;
  department?: string;
  phone?: string;
  call_at?: Iso;
  called_before?: boolean;
  kind?: "suggestion";
}

export interface TicketPromise {
  number: string;
  url: string;
  checkpoint_at: Iso | null;
}

/** Event -> [what the visitor sends, what the acknowledgement adds]. */
export interface VisitorSends {
  "chat:start": [ChatStart, { chat: VisitorChat }];
  "message:send": [MessageSend, { seq: number; at: Iso }];
  "chat:sync": [{ chat_id: string; after_seq: number }, { chat: VisitorChat; messages: Message[]; more: boolean }];
  typing: [{ chat_id: string; on: boolean; preview?: string }, object];
  read: [{ chat_id: string; seq: number }, object];
  page: [PageInfo, object];
  "chat:leave": [{ chat_id: string }, { chat: VisitorChat }];
  "chat:to_ticket": [ChatToTicket, { ticket: TicketPromise }];
  "chat:transcript": [{ chat_id: string; email?: string }, { mail_id: string }];
  "chat:rate": [{ chat_id: string } & Rating, object];
  "code:enter": [{ chat_id: string; code: string }, { chat: VisitorChat }];
}
