import type { Action, State } from "../state/model.ts";
import type { Host } from "./host.ts";
import type { Line } from "./line.ts";

/** What deeds and duties work with. */
export interface Ties {
  line: Line;
  /** The visitor's, as the last hello gave it. */
  token: () => string;
  host: Host;
  state: () => State;
  dispatch: (action: Action) => void;
}
