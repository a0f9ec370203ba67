/**
 * The app's end of the bridge to the customer's page (bridge.ts).
 *
 * Whom it trusts: its own parent, from the server's own origin or one that the server wrote into data-sites. Everybody else's
 * messages are ignored without an answer.
 */
import type { Boot, ToApp, ToLoader } from "../../bridge.ts";

export interface Host {
  boot: Boot;
  tell: (...message: ToLoader) => void;
  listen: (hear: (message: ToApp) => void) => void;
}

const alone: Host = {
  boot: { kept: {}, page: { url: location.href, title: document.title }, open: true },
  tell: () => {},
  listen: () => {},
};

/** Resolves once the loader has introduced itself and said what it keeps; at once where there is no page around us. */
export function meetHost(): Promise<Host> {
  if (window.parent === window) return Promise.resolve(alone);
  const sites = [location.origin, ...(document.body.dataset.sites ?? "").split(" ")];
  return new Promise((resolve) => {
    addEventListener("message", function greet({ source, origin, data, ports: [port] }) {
      if (source !== window.parent || !sites.includes(origin) || data?.semafor !== 1 || !port) return;
      removeEventListener("message", greet);
      let hear: (message: ToApp) => void = ([kind, boot]) => {
        if (kind !== "boot") return;
        resolve({
          boot,
          tell: (...message) => port.postMessage(message),
          listen: (listener) => {
            hear = listener;
          },
        });
      };
      port.onmessage = (event: MessageEvent<ToApp>) => hear(event.data);
    });
  });
}
