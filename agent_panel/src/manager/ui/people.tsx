// People: figures by agent.

import { AgentTable } from "./agents.tsx";

export function PeoplePage() {
  return <AgentTable />;
}
