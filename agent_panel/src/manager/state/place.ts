// Where somebody is: a page and its filters, written as an address. Pure, so that addresses can be tested without a browser.
//
//   /manager                                                 the overview of the last seven days
//   /manager/waits?period=month&department=sales             a page, a quick pick, a filter
//   /manager/coverage?from=2026-11-02&to=2026-11-08          typed days, both included, as the form has them
//   /manager#/waits                                          understood as /manager/waits

import { type Period, PICKS, type Pick, typed } from "./period.ts";
import { addDays } from "./zone.ts";

export const PAGES = ["overview", "coverage", "waits", "satisfaction", "people", "staffing"] as const;
export type Page = (typeof PAGES)[number] | "wall";

export interface Place {
  page: Page;
  pick: Pick | "typed";
  /** Only with pick "typed". */
  period: Period | null;
  department: string;
  agent: string;
  compare: boolean;
}

export const HOME: Place = { page: "overview", pick: "seven", period: null, department: "", agent: "", compare: true };

const ROOT = "/manager";

function pageOf(path: string): Page {
  const name = path.replace(/^\/manager/, "").replaceAll("/", "");
  return name === "wall" ? name : (PAGES.find((page) => page === name) ?? "overview");
}

/** The place that an address means; what it does not understand it leaves at the default. */
export function placeOf(address: URL | Location): Place {
  const [hashed, given] = address.hash.startsWith("#/") ? address.hash.slice(1).split("?") : [];
  const asked = new URLSearchParams(given ?? address.search);
  const period = typed(asked.get("from") ?? "", asked.get("to") ?? "");
  const pick = PICKS.find((one) => one === asked.get("period")) ?? HOME.pick;
  return {
    page: pageOf(hashed ?? address.pathname),
    pick: period ? "typed" : pick,
    period,
    department: asked.get("department") ?? "",
    agent: asked.get("agent") ?? "",
    compare: asked.get("compare") !== "none",
  };
}

/** The address of a place: what is at its default is left out. */
export function addressOf(place: Place): string {
  const said = new URLSearchParams();
  if (place.pick === "typed" && place.period) {
    said.set("from", place.period.from);
    said.set("to", addDays(place.period.to, -1));
  } else if (place.pick !== HOME.pick && place.pick !== "typed") said.set("period", place.pick);
  if (place.department) said.set("department", place.department);
  if (place.agent) said.set("agent", place.agent);
  if (!place.compare) said.set("compare", "none");
  const path = place.page === "overview" ? ROOT : `${ROOT}/${place.page}`;
  const query = said.toString();
  return query ? `${path}?${query}` : path;
}
