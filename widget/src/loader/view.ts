/** The button, in an open shadow root that neither the page's styles nor its content security policy can break. */

/** The script's data-attributes, and what `Semafor('boot', {...})` adds. */
export type Options = Partial<
  Record<"department" | "locale" | "accent" | "position" | "zIndex" | "hidden" | "identity", string>
>;

/*
 * What the page got wrong or left out (an accent that is no colour, `undefined`) is dropped by the parser, so the value before it counts. The ink is black or
 * white, whichever is read better on the accent: L 50 in lch is luminance 0.18, where both reach 4.58:1.
 */
const css = ({ accent, position, zIndex }: Options) => `
:host{all:initial;position:fixed;bottom:20px;${position === "left" ? position : "right"}:20px;z-index:2147483000;z-index:${zIndex}}
button{font:600 16px system-ui,sans-serif;display:flex;gap:8px;align-items:center;padding:16px 20px;border:0;border-radius:28px;background:#2f5bd7;background:${accent};color:#fff;color:lch(from ${accent} calc(9999 - 200*l) 0 0);box-shadow:0 4px 20px #0005}
[hidden],b:empty{display:none}
i{width:20px;height:16px;background:currentColor;border-radius:8px 8px 8px 0}
u[class]{width:8px;height:8px;border:2px solid;border-radius:8px}
.on{background:#2a6}
b{padding:0 8px;border-radius:8px;background:#b22;color:#fff}`;

export const host = document.createElement("semafor-widget");
export const [button, icon, dot, badge] = ["button", "i", "u", "b"].map((tag) => document.createElement(tag)) as [
  HTMLButtonElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const root = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
root.append(button);

export function build(options: Options, label: string): void {
  root.adoptedStyleSheets = [sheet];
  sheet.replaceSync(css(options));
  button.replaceChildren(icon, label, dot, badge);
  document.body.append(host);
}
