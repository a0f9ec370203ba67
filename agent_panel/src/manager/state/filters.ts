// What the pages are asked for: the place in the address bar, and the questions that follow from it.

import { computed, signal } from "@preact/signals";
import type { Query } from "../net/api.ts";
import { bucketFor, days, type Period, picked, STEP_DAYS } from "./period.ts";
import { addressOf, HOME, type Place, placeOf } from "./place.ts";

export const place = signal<Place>(HOME);
/** The browser's zone until the server says which one the site keeps. */
export const zone = signal(Intl.DateTimeFormat().resolvedOptions().timeZone);
/** When the desk itself began, where that is later than the period: its figures begin there. Reports tell it. */
export const beganAt = signal<string | null>(null);
/** Moves when the filters are used or "refresh" is pressed, not with every tick: reports do not run by themselves. */
export const askedAt_ms = signal(Date.now());

export const period = computed<Period>(() => {
  const { pick, period: given } = place.value;
  return pick === "typed" && given ? given : picked(pick === "typed" ? "seven" : pick, askedAt_ms.value, zone.value);
});
export const bucket = computed(() => bucketFor(period.value));
/** Whether coverage is drawn minute by minute: only for periods for which the server sends steps. */
export const stepwise = computed(() => days(period.value) <= STEP_DAYS);

/** The question of most reports: in slices that give a chart of readable width. */
export const query = computed<Query>(() => ({
  from: period.value.from,
  to: period.value.to,
  department: place.value.department,
  agent: place.value.agent,
  bucket: bucket.value,
}));
/** The same in slices of an hour, where there are not too many of them. */
export const hourly = computed<Query>(() => ({ ...query.value, bucket: "hour" }));

/** Ask for everything again, with "now" being now. */
export function refresh(): void {
  askedAt_ms.value = Date.now();
}

/** Change the place and its address; "back" leads to where one was. */
export function go(change: Partial<Place>): void {
  const next = { ...place.peek(), ...change };
  if (addressOf(next) !== addressOf(place.peek())) {
    place.value = next;
    history.pushState(null, "", addressOf(next));
  }
  refresh();
}

/** Read the address now and whenever "back" or "forward" changes it. Written the long way, it is put in its short form. */
export function followAddress(): void {
  place.value = placeOf(location);
  if (location.pathname + location.search + location.hash !== addressOf(place.value))
    history.replaceState(null, "", addressOf(place.value));
  window.addEventListener("popstate", () => {
    place.value = placeOf(location);
  });
  window.addEventListener("hashchange", () => {
    if (!location.hash.startsWith("#/")) return;
    place.value = placeOf(location);
    history.replaceState(null, "", addressOf(place.value));
  });
}
