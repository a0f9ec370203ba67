// What is sent when an incident is changed: only what differs, so that two managers do not undo each other's words.
import type { Incident, IncidentChange, IncidentOrder } from "../net/cases.ts";

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));

/** The fields of `order` that are no longer as `was` has them. A start that was emptied is left as it was. */
export function changesOf(was: Incident, order: IncidentOrder): IncidentChange {
  const changes: IncidentChange = {};
  if (order.title.trim() !== was.title) changes.title = order.title.trim();
  if (order.body !== was.body) changes.body = order.body;
  if ((order.service?.trim() || null) !== was.service) changes.service = order.service?.trim() || null;
  const departments = was.departments.map(({ id }) => id);
  if (!isSame(order.departments, departments)) changes.departments = order.departments;
  if (order.starts_at !== null && order.starts_at !== was.starts_at) changes.starts_at = order.starts_at;
  if (order.ends_at !== was.ends_at) changes.ends_at = order.ends_at;
  return changes;
}
