/** Which page the visitor reads, also in a single-page application. */
import type { PageInfo } from "../wire.ts";

/** What the server takes: a page with a long address or a broken title must not keep its visitor from asking. */
const fit = (text: string, most: number): string => [...text.replace(/\0|\p{Cs}/gu, "\ufffd")].slice(0, most).join("");

export const page = (): PageInfo => ({
  url: fit(location.href, 2000),
  title: fit(document.title, 300),
  referrer: fit(document.referrer, 2000),
});

/** Call `told` after every navigation within this document; the answer stops it. */
export function watchPages(told: () => void): () => void {
  const source = window.navigation ?? window;
  const name = window.navigation ? "navigatesuccess" : "popstate";
  source.addEventListener(name, told);
  // Without the Navigation API pushState is silent: patch it, and put it back only if nobody patched on top of ours.
  const { pushState } = history;
  const patched: typeof pushState = (...args) => {
    pushState.apply(history, args);
    told();
  };
  if (!window.navigation) history.pushState = patched;
  return () => {
    source.removeEventListener(name, told);
    if (history.pushState === patched) history.pushState = pushState;
  };
}
