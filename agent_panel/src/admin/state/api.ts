// What the API of the settings answers about departments, accounts and ready answers.
import { request, segment } from "../../net/api.ts";
import type { Ack } from "../../net/wire.ts";
import type { Holiday, Week } from "./week.ts";

export interface Department {
  id: string;
  name: string;
  tz: string;
  hours: Week | null;
  holidays: Holiday[];
  topics: string[];
  tiers: number;
  service_target_s: number | null;
  first_news_s: number | null;
  escalate_after_s: number | null;
  closed_at: string | null;
  open: boolean;
  agents: number;
  version: number;
}

/** What the desk's settings say where a department has nothing of its own. */
export interface Defaults {
  tz: string;
  service_target_s: number;
  first_news_s: number;
  escalate_after_s: number;
}

export type Role = "agent" | "manager" | "admin";

export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  departments: string[];
  capacity: number;
  tier: number;
  weekly_report: boolean;
  ends_at: string | null;
  may_search: boolean;
  may_export: boolean;
  disabled_at: string | null;
  connected: boolean;
  /** Only of a single account. */
  second_factor?: boolean;
  version: number;
}

export interface Reply {
  id: string;
  shortcut: string;
  title: string;
  body: string;
  steps: string[];
  department: string | null;
  version: number;
}

type Body = Record<string, unknown>;

export const listDepartments = (): Promise<Ack<{ departments: Department[]; defaults: Defaults }>> =>
  request("GET", "/admin/departments");

/** An answer and, beside it, all departments: for what names some of them. */
export async function withDepartments<T extends object>(
  asked: Promise<Ack<T>>,
): Promise<Ack<T & { departments: Department[] }>> {
  const [answer, places] = await Promise.all([asked, listDepartments()]);
  if (!answer.ok) return answer;
  return places.ok ? { ...answer, departments: places.departments } : places;
}

export const readDepartment = (id: string): Promise<Ack<{ department: Department; defaults: Defaults }>> =>
  request("GET", `/admin/departments/${segment(id)}`);

export const addDepartment = (body: Body): Promise<Ack<{ department: Department }>> =>
  request("POST", "/admin/departments", body);

export const changeDepartment = (id: string, body: Body): Promise<Ack<{ department: Department }>> =>
  request("PATCH", `/admin/departments/${segment(id)}`, body);

export const orderDepartment = (id: string, order: "close" | "reopen"): Promise<Ack<{ department: Department }>> =>
  request("POST", `/admin/departments/${segment(id)}/${order}`, {});

export const listUsers = (): Promise<Ack<{ users: User[] }>> => request("GET", "/admin/users");

export const readUser = (id: string): Promise<Ack<{ user: User }>> => request("GET", `/admin/users/${segment(id)}`);

export const addUser = (body: Body): Promise<Ack<{ user: User }>> => request("POST", "/admin/users", body);

export const changeUser = (id: string, body: Body): Promise<Ack<{ user: User }>> =>
  request("PATCH", `/admin/users/${segment(id)}`, body);

export const orderUser = (id: string, order: "disable" | "enable" | "invite"): Promise<Ack<object>> =>
  request("POST", `/admin/users/${segment(id)}/${order}`, {});

export const setPassword = (id: string, password: string): Promise<Ack<object>> =>
  request("POST", `/admin/users/${segment(id)}/password`, { password });

export const signOutEverywhere = (id: string): Promise<Ack<{ ended: number }>> =>
  request("DELETE", `/admin/users/${segment(id)}/sessions`);

export const resetSecondFactor = (id: string): Promise<Ack<object>> =>
  request("DELETE", `/admin/users/${segment(id)}/second-factor`);

export const listReplies = (): Promise<Ack<{ replies: Reply[] }>> => request("GET", "/admin/replies");

export const readReply = (id: string): Promise<Ack<{ reply: Reply }>> =>
  request("GET", `/admin/replies/${segment(id)}`);

export const addReply = (body: Body): Promise<Ack<{ reply: Reply }>> => request("POST", "/admin/replies", body);

export const changeReply = (id: string, body: Body): Promise<Ack<{ reply: Reply }>> =>
  request("PATCH", `/admin/replies/${segment(id)}`, body);

export const removeReply = (id: string): Promise<Ack<object>> => request("DELETE", `/admin/replies/${segment(id)}`);

export interface Setup {
  token: string;
  admin: { name: string; email: string; password: string };
  department: Body | null;
}

export const finishSetup = (setup: Setup): Promise<Ack<object>> => request("POST", "/setup", setup);
