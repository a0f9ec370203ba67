// What the page asks the server for and tells it to do.
import { request } from "../net/api.ts";
import type { Ack } from "../net/wire.ts";

export interface Account {
  agent: { id: string; name: string; email: string; role: string };
  password_min_chars: number;
  second_factor: { on: boolean; since: string | null; recovery_left: number; required: boolean };
}

export interface Session {
  id: string;
  device: string;
  address: string;
  method: "password" | "provider";
  created_at: string;
  last_used_at: string;
  current: boolean;
}

/** Shown once: for the authenticator app, as text and as a picture. */
export interface Enrolment {
  secret: string;
  qr: string;
}

type Codes = { recovery_codes: string[] };

export const account = (): Promise<Ack<Account>> => request("GET", "/me/account");
export const sessions = (): Promise<Ack<{ sessions: Session[] }>> => request("GET", "/sessions");
export const endSession = (id: string): Promise<Ack> => request("DELETE", `/sessions/${encodeURIComponent(id)}`);
export const endOthers = (): Promise<Ack<{ ended: number }>> => request("DELETE", "/sessions/others");
export const signOut = (): Promise<Ack> => request("DELETE", "/sessions");
export const changePassword = (password: string, chosen: string): Promise<Ack> =>
  request("POST", "/me/password", { password, new_password: chosen });
export const beginFactor = (password: string): Promise<Ack<Enrolment>> =>
  request("POST", "/me/second-factor", { password });
export const confirmFactor = (code: string): Promise<Ack<Codes>> =>
  request("POST", "/me/second-factor/confirm", { code });
export const renewCodes = (password: string): Promise<Ack<Codes>> =>
  request("POST", "/me/second-factor/recovery", { password });
export const endFactor = (password: string): Promise<Ack> => request("POST", "/me/second-factor/end", { password });
