// The widget as it would look: its form before a chat, drawn with the very colours that the widget would wear.
import { contrast, fit, parse } from "../../../../widget/src/accent.ts";
import type { Language, TextKey, WidgetValues } from "../state/desk.ts";

const OWN_ACCENT = "#2f5bd7";
const WHITE: [number, number, number] = [255, 255, 255];
const ENOUGH = 4.5;

interface PreviewProps {
  values: WidgetValues;
  language: Language;
  /** The widget's own words of that language. */
  words: Record<string, string>;
  dark: boolean;
  label: string;
}

export function Preview({ values, language, words, dark, label }: PreviewProps) {
  const { offers, ask, site_name, position } = values;
  const said = (key: TextKey): string => values.texts[language]?.[key] || words[key] || "";
  const chats = offers.chat;
  const field = (name: "name" | "email") =>
    (chats ? ask[name] !== "no" : true) && (
      <span class="preview-field" key={name}>
        <span>
          {words[name]} {chats && ask[name] === "optional" && <i>({words.optional})</i>}
        </span>
        <b />
      </span>
    );
  const ways = [offers.callback && words.callback, offers.suggestion && words.suggest].filter(Boolean);
  const asks = chats || offers.message;
  const dress = (element: HTMLElement | null): void => {
    if (element) wear(element, values.accent, dark);
  };
  return (
    <div class={`preview ${dark ? "in-dark" : "in-light"}`} ref={dress}>
      <div class="preview-panel" role="img" aria-label={label} lang={language}>
        <div class="preview-head">
          <span class="preview-avatar">{[...site_name.trim()][0]?.toUpperCase()}</span>
          <span dir="auto">
            <b>{site_name}</b>
            <small>{words.support}</small>
          </span>
        </div>
        <span class="preview-title" dir="auto">
          {chats || !asks ? said("start_title") : words.write_title}
        </span>
        {asks && (
          <span class="preview-lead" dir="auto">
            {chats ? said("start_text") : words.write_text}
          </span>
        )}
        {asks && field("name")}
        {asks && field("email")}
        {asks && (
          <span class="preview-field tall">
            <span>{words.question}</span>
            <b />
          </span>
        )}
        {asks && <span class="preview-button">{chats ? words.start : words.leave_message}</span>}
        <span class="preview-ways">
          {ways.map((way) => (
            <span key={way}>{way}</span>
          ))}
        </span>
      </div>
      <span class={`preview-launcher ${position}`} aria-hidden="true" dir="auto">
        {said("button") || "Chat"}
      </span>
    </div>
  );
}

/** element.style is allowed by the page's policy, a style attribute is not. */
function wear(element: HTMLElement, accent: string | null, dark: boolean): void {
  const given = accent && parse(accent);
  const fitted = given ? fit(accent, dark) : null;
  const raw = given ? accent : OWN_ACCENT;
  const { style } = element;
  for (const [name, value] of [
    ["--own", fitted?.accent],
    ["--own-ink", fitted?.ink],
    ["--raw", raw],
    ["--raw-ink", contrast(parse(raw) ?? WHITE, WHITE) >= ENOUGH ? "#ffffff" : "#000000"],
  ] as const)
    if (value) style.setProperty(name, value);
    else style.removeProperty(name);
}

export interface Judged {
  given: number;
  ratio: number;
  shown: string;
}

/** What becomes of a colour in one scheme; null: it stays as it is, or is none. */
export function judged(accent: string, dark: boolean): Judged | null {
  const given = parse(accent);
  const fitted = fit(accent, dark);
  const shown = fitted?.accent.match(/\d+/g)?.map(Number) as [number, number, number] | undefined;
  if (!given || !shown || given.every((part, index) => part === shown[index])) return null;
  const ground: [number, number, number] = dark ? [35, 43, 58] : [232, 238, 252];
  const hex = `#${shown.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  return { given: contrast(given, ground), ratio: contrast(shown, ground), shown: hex };
}
