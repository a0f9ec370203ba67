// Whether the page is as narrow as a phone: charts that would not fit stand upright there, and leave words out.

import { signal } from "@preact/signals";

const phone = window.matchMedia("(max-width: 620px)");
const narrow = signal(phone.matches);

phone.addEventListener("change", () => {
  narrow.value = phone.matches;
});

/** Followed as the window changes. */
export function useNarrow(): boolean {
  return narrow.value;
}
