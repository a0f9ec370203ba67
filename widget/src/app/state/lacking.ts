/** What is missing before a form can go, as the word that says it. Pure; asked only once somebody has tried to send. */
import type { Key } from "../words/words.ts";
import type { Form, Instead, State } from "./model.ts";
import { agreement, chosen } from "./screen.ts";

export type Lacking = Partial<Record<keyof Form, Key>>;

/** Fewer digits are no number that anybody could call. */
const FEWEST_DIGITS = 5;

export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

/** as: null for a chat. What a running chat is about is known: it has a department and a question. */
export function lacking(state: State, as: Instead | null, now_ms: number): Lacking {
  const { form, departments, chat, visitor, settings } = state;
  const { name, email, topic } = (!chat && !as && settings.ask) || {};
  const asked = !visitor?.verified;
  const lacks: Lacking = {};
  if (as === "callback") {
    if (form.phone.replace(/\D/g, "").length < FEWEST_DIGITS) lacks.phone = "need_phone";
    if (form.call_at && Date.parse(form.call_at) <= now_ms) lacks.call_at = "call_past";
  }
  if (!chat && departments.length > 1 && !chosen(state)) lacks.department = "need_department";
  if (asked && name === "required" && !form.name.trim()) lacks.name = "need_name";
  if ((as || (asked && email === "required")) && !form.email.trim()) lacks.email = "need_email";
  else if (form.email.trim() && !looksLikeEmail(form.email)) lacks.email = "bad_email";
  if (topic === "required" && chosen(state)?.topics?.length && !form.topic) lacks.topic = "need_topic";
  if (!chat && as !== "callback" && !form.question.trim()) lacks.question = "need_question";
  const asks = chat ? null : agreement(state);
  if (asks?.required && form.consent !== asks.version) lacks.consent = "need_consent";
  return lacks;
}
