// The panel's HTTP calls. Each returns an acknowledgement like the sockets' ones: a caller handles one shape of error.
import type {
  Ack,
  Chat,
  Colleague,
  Contact,
  ContactChange,
  Decision,
  DepartmentInfo,
  FoundChat,
  Inbound,
  Mail,
  MailContent,
  MailSource,
  Me,
  Message,
  Note,
  Solution,
  Ticket,
  TicketMessage,
  VisitorCard,
  WireError,
} from "./wire.ts";

const ROOT = "/api/v1";
const UNREACHABLE: WireError = { code: "unavailable", message: "The server cannot be reached. Check the connection." };

let expired: () => void = () => {};

/** Who is told when the server no longer knows the session. */
export function onExpired(callback: () => void): void {
  expired = callback;
}

export async function request<T>(method: string, path: string, body?: unknown): Promise<Ack<T>> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(ROOT + path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const data = response.status === 204 ? {} : await response.json().catch(() => ({}));
    if (response.ok) return { ...data, ok: true };
    const error: WireError = data.error ?? { code: "unavailable", message: `The server answered ${response.status}.` };
    const unknown = response.status === 401 && error.code !== "second_factor";
    if (unknown && path !== "/me" && path !== "/sessions") expired();
    return { ok: false, error: unknown ? { ...error, code: "unauthorized" } : error };
  } catch {
    return { ok: false, error: UNREACHABLE };
  }
}

/** "?a=1&b=2"; what is empty is left out, a list repeats its name. */
export function queryOf(fields: Record<string, string | readonly string[] | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of typeof value === "string" ? [value] : (value ?? [])) if (each !== "") query.append(name, each);
  }
  const text = query.toString();
  return text ? `?${text}` : "";
}

export const segment = encodeURIComponent;

export const whoAmI = (): Promise<Ack<{ agent: Me; version: string }>> => request("GET", "/me");

/** must_enrol: the role asks for a second factor, and nothing else works before it is set up. */
export const signIn = (
  email: string,
  password: string,
  code?: string,
): Promise<Ack<{ agent: Me; must_enrol?: boolean }>> => request("POST", "/sessions", { email, password, code });

export type SignInWays = { provider: { name: string; url: string } | null };

export const signInWays = (): Promise<Ack<SignInWays>> => request("GET", "/sign-in");

export const signOut = (): Promise<Ack> => request("DELETE", "/sessions");

export const visitorCard = (chat: string): Promise<Ack<VisitorCard>> =>
  request("GET", `/chats/${segment(chat)}/visitor`);

/** Mails a one-time code to the address that was known before. */
export const sendCode = (chat: string): Promise<Ack<object>> => request("POST", `/chats/${segment(chat)}/code`, {});

export const listContacts = (
  q: string,
  cursor: string | null,
): Promise<Ack<{ contacts: Contact[]; next: string | null }>> => request("GET", `/contacts${queryOf({ q, cursor })}`);

export const readContact = (
  id: string,
): Promise<Ack<{ contact: Contact; earlier: VisitorCard["earlier"]; rating: { mean: number | null; n: number } }>> =>
  request("GET", `/contacts/${segment(id)}`);

export const changeContact = (id: string, change: ContactChange): Promise<Ack<{ contact: Contact }>> =>
  request("PATCH", `/contacts/${segment(id)}`, change);

export const decisions = (chat: string): Promise<Ack<{ decisions: Decision[] }>> =>
  request("GET", `/chats/${segment(chat)}/decisions`);

export const readChat = (chat: string): Promise<Ack<{ chat: Chat; messages: Message[]; notes: Note[] }>> =>
  request("GET", `/chats/${segment(chat)}`);

export const searchChats = (
  query: Record<string, string>,
  cursor: string | null,
): Promise<Ack<{ chats: FoundChat[]; next: string | null }>> =>
  request("GET", `/chats${queryOf({ ...query, cursor })}`);

export const transcriptUrl = (chat: string, format: "html" | "txt" | "json"): string =>
  `${ROOT}/chats/${segment(chat)}/transcript.${format}`;

export const listTickets = (
  filter: Readonly<Record<string, string | readonly string[]>>,
  cursor: string | null,
): Promise<Ack<{ tickets: Ticket[]; next: string | null }>> =>
  request("GET", `/tickets${queryOf({ ...filter, cursor })}`);

export const readTicket = (number: string): Promise<Ack<{ ticket: Ticket; messages: TicketMessage[] }>> =>
  request("GET", `/tickets/${segment(number)}`);

export type TicketChange = Partial<{
  status: string;
  priority: string;
  department: string;
  tier: number;
  assignee: string | null;
  tags: string[];
  topic: string | null;
  checkpoint_at: string | null;
  message: string;
  solution: Solution;
}>;

export const changeTicket = (number: string, change: TicketChange): Promise<Ack<{ ticket: Ticket }>> =>
  request("PATCH", `/tickets/${segment(number)}`, change);

/** Back to tier 1, with the solution or `note` for those who will meet it again. */
export const returnTicket = (number: string, note: string | null): Promise<Ack<{ ticket: Ticket }>> =>
  request("POST", `/tickets/${segment(number)}/return`, note === null ? {} : { note });

export const answerTicket = (
  number: string,
  answer: { client_id: string; body: string; internal?: boolean; file_ids?: string[] },
): Promise<Ack<{ message?: TicketMessage }>> => request("POST", `/tickets/${segment(number)}/messages`, answer);

export const departments = (): Promise<Ack<{ departments: DepartmentInfo[] }>> => request("GET", "/departments");

export const agents = (): Promise<Ack<{ agents: Colleague[] }>> => request("GET", "/agents");

export const listMails = (state: string, cursor: string | null): Promise<Ack<{ mails: Mail[]; next: string | null }>> =>
  request("GET", `/mails${queryOf({ state, cursor })}`);

export const readMail = (id: string): Promise<Ack<{ mail: MailContent }>> => request("GET", `/mails/${segment(id)}`);

/** Its HTML as a page of its own, for a frame that may do nothing. */
export const mailHtmlUrl = (id: string): string => `${ROOT}/mails/${segment(id)}/html`;

export const listInbound = (
  state: string,
  cursor: string | null,
): Promise<Ack<{ inbound: Inbound[]; next: string | null; sources: MailSource[] }>> =>
  request("GET", `/inbound${queryOf({ state, cursor })}`);

export const readInbound = (id: string): Promise<Ack<{ inbound: Inbound }>> =>
  request("GET", `/inbound/${segment(id)}`);

/** The mail as it came, to be saved. */
export const inboundRawUrl = (id: string): string => `${ROOT}/inbound/${segment(id)}/raw`;

export const retryInbound = (id: string): Promise<Ack<{ inbound: Inbound }>> =>
  request("POST", `/inbound/${segment(id)}/retry`);

export const retryMail = (id: string): Promise<Ack<{ mail: Mail }>> => request("POST", `/mails/${segment(id)}/retry`);
