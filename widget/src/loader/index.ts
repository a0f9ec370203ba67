/**
 * The script on the customer's page: a button with its status dot, and the page's API `Semafor(...)`.
 *
 * It is all that a page pays for a visitor who asks nothing. The iframe and the bridge to it are the frame's (frame.ts), fetched at
 * the first sign of interest; the chat and its socket live in the iframe (src/app).
 */
import type { Frame, MakeFrame } from "./frame.ts";
import { emit, type Listener, off, on } from "./listeners.ts";
import { badge, build, button, dot, host, type Options } from "./view.ts";

const script = document.currentScript as HTMLScriptElement;
const { origin } = new URL(script.src);

let frame: Frame | undefined;
let fetched: HTMLScriptElement | undefined;
let make: MakeFrame | undefined;
let options: Options;
let opened = false;

function fetchFrame(): void {
  if (fetched) return;
  fetched = document.createElement("script");
  fetched.src = `${origin}/assets/widget/frame.js`;
  document.head.append(fetched);
}

/** Show what can be shown: a frame needs its script, a booted widget, and a reason (opened, or a chat that goes on). */
function update(): void {
  button.ariaExpanded = `${opened}`;
  if (opened || chatGoesOn()) {
    fetchFrame();
    if (make && host.isConnected) frame ??= make(host, options, origin, heard);
  }
  frame?.show(opened);
}

function chatGoesOn(): boolean {
  try {
    return localStorage.semafor.includes('"chat":true');
  } catch {
    return false;
  }
}

function heard(name: string, data?: unknown): void {
  if (name === "unread") badge.textContent = `${data || ""}`;
  if (name === "status") showStatus(data as Parameters<typeof showStatus>[0]);
  // "close" is emitted by show, and only if it was open.
  if (name === "close") show(false);
  else emit(name, data);
}

function showStatus({ open, accepting }: { open: boolean; accepting: number }): void {
  dot.className = open && accepting ? "on" : "off";
}

function show(on: boolean): void {
  if (on === opened) return;
  opened = on;
  update();
  emit(on ? "open" : "close");
}

function boot(given?: Options): void {
  if (host.isConnected) return;
  options = { ...SEMAFOR_LOOK, ...script.dataset, ...given };
  options.locale ||= document.documentElement.lang || navigator.language;
  const { names } = SEMAFOR_LOOK;
  build(options, (names[options.locale.slice(0, 2)] ?? names.en) as string);
  button.hidden = `${options.hidden ?? false}` !== "false";
  // A host page that denies connect-src has no dot; the rest works.
  fetch(`${origin}/widget/status.json?department=${options.department ?? ""}`)
    .then((answer) => answer.json())
    .then(showStatus)
    .catch(() => {});
  update();
  emit("ready");
}

const commands: Record<string, (...rest: never[]) => void> = {
  boot,
  on,
  off,
  once: (name: string, fn: Listener) => on(name, fn, true),
  open: () => show(true),
  close: () => show(false),
  hide() {
    button.hidden = true;
  },
  show() {
    button.hidden = false;
  },
  identify(identity: string) {
    options.identity = identity;
    frame?.identify(identity);
  },
  destroy() {
    frame?.destroy();
    host.remove();
    frame = undefined;
    opened = false;
  },
  /** The fetched frame.js hands over its factory. */
  frame(given: MakeFrame) {
    make = given;
    update();
  },
};

const command = (name: string, ...rest: unknown[]) => commands[name]?.(...(rest as never[]));

button.onclick = () => show(!opened);
button.onpointerenter = fetchFrame;
host.onkeydown = ({ key }) => {
  // No value: false would take Enter and Space from the button.
  if (key === "Escape") show(false);
};

function begin(): void {
  const early = window.Semafor?.q ?? [];
  window.Semafor = command;
  boot();
  for (const call of early) command(...(call as [string]));
}

if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);

/** What an admin has set, put in here by the server (server/web/pages.py); what the page says wins. */
declare const SEMAFOR_LOOK: Pick<Options, "accent" | "position"> & { names: Record<string, string> };

declare global {
  interface Window {
    Semafor?: ((name: string, ...rest: unknown[]) => void) & { q?: unknown[] };
    navigation?: EventTarget;
  }
}
