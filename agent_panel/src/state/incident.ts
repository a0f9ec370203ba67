// What runs right now, as the server tells every agent: shown in a strip above whatever page is open.
import { signal } from "@preact/signals";

export interface RunningIncident {
  id: string;
  title: string;
  since: string;
  kind?: "incident" | "planned";
  service?: string | null;
}

export const runningIncident = signal<RunningIncident | null>(null);
