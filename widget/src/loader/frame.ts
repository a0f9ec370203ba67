/**
 * The iframe and the bridge to the app in it: token and other lasting facts from the page's first-party storage, the page being
 * read, identity, open and close. Fetched by the loader at the first sign of interest; decides nothing about chats.
 */
import type { Boot, ToApp, ToLoader } from "../bridge.ts";
import { keep, kept } from "./kept.ts";
import { page, watchPages } from "./page.ts";
import type { Options } from "./view.ts";

export interface Frame {
  show: (on: boolean) => void;
  identify: (identity: string) => void;
  destroy: () => void;
}

export type MakeFrame = typeof makeFrame;

type Heard = (name: string, data?: unknown) => void;

const css = (side: string) => `
iframe{position:absolute;bottom:68px;${side}:0;width:400px;height:660px;max-height:calc(100vh - 108px);border:0;border-radius:16px;background:#fff;box-shadow:0 1px 2px #1a223314,0 12px 48px #1a223340;color-scheme:light dark}
@media(prefers-color-scheme:dark){iframe{background:#181e29;box-shadow:0 12px 48px #000a}}
@media(max-width:480px){iframe{position:fixed;inset:var(--top,0) 0 auto;width:100%;height:var(--visible,100dvh);max-height:none;border-radius:0}}
@media(prefers-reduced-motion:no-preference){iframe:not([hidden]){animation:in .18s ease-out}@keyframes in{from{opacity:0;transform:translateY(8px)}}}`;

/** The phone's keyboard is told to the top page only: give the iframe the part of the screen that stays visible. */
function fit(host: HTMLElement): () => void {
  const screen = visualViewport;
  const measure = () => {
    host.style.setProperty("--visible", `${screen?.height}px`);
    host.style.setProperty("--top", `${screen?.offsetTop}px`);
  };
  screen?.addEventListener("resize", measure);
  screen?.addEventListener("scroll", measure);
  return () => {
    screen?.removeEventListener("resize", measure);
    screen?.removeEventListener("scroll", measure);
  };
}

/** The port to the app: made anew whenever the iframe has loaded, because its old end is gone with the old page. */
function bridge(frame: HTMLIFrameElement, origin: string, boot: () => Boot, heard: Heard) {
  let port: MessagePort | undefined;
  const post = (...message: ToApp) => port?.postMessage(message);
  frame.onload = () => {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data: [name, data] }: MessageEvent<ToLoader>) => {
      if (name === "keep") keep(data);
      else heard(name, data);
    };
    frame.contentWindow?.postMessage({ semafor: 1 }, origin, [channel.port2]);
    post("boot", boot());
  };
  return { post, close: () => port?.close() };
}

function place(frame: HTMLIFrameElement, host: HTMLElement, position?: string): HTMLButtonElement {
  const root = host.shadowRoot as ShadowRoot;
  const button = root.querySelector("button") as HTMLButtonElement;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css(position === "left" ? "left" : "right"));
  root.adoptedStyleSheets.push(sheet);
  frame.title = (button.childNodes[1] as Text).data;
  frame.hidden = true;
  button.before(frame);
  return button;
}

function makeFrame(host: HTMLElement, options: Options, origin: string, heard: Heard): Frame {
  const { department = "", accent = "", locale = "", position } = options;
  const frame = document.createElement("iframe");
  let opened = false;
  let before: HTMLElement | null = null;
  frame.src = `${origin}/widget/app?${new URLSearchParams({ department, locale, accent })}`;
  const boot = () => ({ kept: kept(), page: page(), identity: options.identity, open: opened });
  const { post, close } = bridge(frame, origin, boot, heard);
  const button = place(frame, host, position);
  const ends = [watchPages(() => post("page", page())), fit(host), close, () => frame.remove()];

  return {
    show(on) {
      if (on === opened) return;
      opened = on;
      frame.hidden = !on;
      if (on) {
        before = document.activeElement as HTMLElement | null;
        frame.focus();
      } else (button.hidden ? before : button)?.focus();
      post("open", on);
    },
    identify: (identity) => post("identity", identity),
    destroy() {
      for (const end of ends) end();
    },
  };
}

window.Semafor?.("frame", makeFrame);
