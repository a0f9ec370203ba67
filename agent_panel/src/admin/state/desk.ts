// The parts of the API that set the desk itself: widget, sites, mail, tokens, and what runs.
import { request, segment } from "../../net/api.ts";
import type { Ack } from "../../net/wire.ts";

export const LANGUAGES = ["en", "cs", "sk", "pl", "el", "ru"] as const;
export type Language = (typeof LANGUAGES)[number];

export const TEXTS = [
  "button",
  "start_title",
  "start_text",
  "nobody_text",
  "closed_title",
  "closed_opens",
  "closed_text",
] as const;
export type TextKey = (typeof TEXTS)[number];
export type Texts = Partial<Record<TextKey, string | null>>;

export const OFFERS = ["chat", "callback", "suggestion", "message"] as const;
export const ASKED = ["name", "email", "topic"] as const;
export type Asked = "no" | "optional" | "required";

/** version: counts changes; set_by: the fields that the environment has set, and by which variable. */
interface Versioned {
  version: number;
  set_by: Record<string, string>;
}

/** What of the widget is set; the texts by language, only those that are not the widget's own. */
export interface WidgetValues {
  site_name: string;
  accent: string | null;
  position: "left" | "right";
  texts: Partial<Record<Language, Texts>>;
  offers: Record<(typeof OFFERS)[number], boolean>;
  ask: Record<(typeof ASKED)[number], Asked>;
}
export type Widget = WidgetValues & Versioned;

export type Sites = { origins: string[] } & Versioned;

export interface MailValues {
  address: string;
  name: string | null;
  signatures: Partial<Record<Language, string | null>>;
}
/** smtp: whether a mail server is set. */
export type Mail = MailValues & Versioned & { smtp: boolean };

export interface Trial {
  to: string;
  sent: boolean;
  answer: string | null;
  error: string | null;
  remedy: string | null;
}

export interface Token {
  id: string;
  name: string;
  hint: string;
  role: "agent" | "manager" | "admin";
  departments: { id: string; name: string }[];
  scope: "read" | "write";
  state: "active" | "expired" | "ended";
  created_at: string;
  created_by: { id: string; name: string };
  expires_at: string | null;
  last_used_at: string | null;
}

export interface NewToken {
  name: string;
  role: Token["role"];
  departments: string[];
  scope: Token["scope"];
  expires_at: string | null;
}

export interface Running {
  version: string;
  python: string;
  server_time: string;
  public_url: string;
  record: { engine: "sqlite" | "mongodb"; ready: boolean };
  queue: { engine: "process" | "redis"; ready: boolean };
  servers: number;
  mail: { smtp: boolean; inbound: boolean };
  settings: { name: string; value: string | null; source: "environment" | "record" | "default"; description: string }[];
}

const SETTINGS = "/admin/settings";

export const readWidget = (): Promise<Ack<{ widget: Widget }>> => request("GET", `${SETTINGS}/widget`);

export const changeWidget = (values: WidgetValues, if_version: number): Promise<Ack<{ widget: Widget }>> =>
  request("PATCH", `${SETTINGS}/widget`, { ...values, if_version });

export const readSites = (): Promise<Ack<{ sites: Sites }>> => request("GET", `${SETTINGS}/sites`);

export const changeSites = (origins: string[], if_version: number): Promise<Ack<{ sites: Sites }>> =>
  request("PATCH", `${SETTINGS}/sites`, { origins, if_version });

export const readMail = (): Promise<Ack<{ mail: Mail }>> => request("GET", `${SETTINGS}/mail`);

export const changeMail = (values: MailValues, if_version: number): Promise<Ack<{ mail: Mail }>> =>
  request("PATCH", `${SETTINGS}/mail`, { ...values, if_version });

export const tryMail = (to: string, locale: Language): Promise<Ack<Trial>> =>
  request("POST", `${SETTINGS}/mail/test`, { to: to || null, locale });

export const listTokens = (): Promise<Ack<{ tokens: Token[] }>> => request("GET", "/admin/tokens");

export const makeToken = (token: NewToken): Promise<Ack<{ token: Token; secret: string }>> =>
  request("POST", "/admin/tokens", token);

export const endToken = (id: string): Promise<Ack<{ token: Token }>> =>
  request("DELETE", `/admin/tokens/${segment(id)}`);

export const readSystem = (): Promise<Ack<Running>> => request("GET", "/admin/system");

/** The widget's own words of one language; plural forms are of no use here. */
export async function wordsIn(language: Language): Promise<Ack<{ words: Record<string, string> }>> {
  try {
    const answer = await fetch(`/assets/widget/words/${language}.json`);
    if (answer.ok) return { ok: true, words: await answer.json() };
  } catch {
    // Said below.
  }
  return { ok: false, error: { code: "unavailable", message: "The widget's own words cannot be loaded." } };
}
