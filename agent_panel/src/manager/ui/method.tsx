// How the adjusted figures are made, in words: no figure about a person without its method.

import type { AgentsReport } from "../state/wire.ts";
import { say } from "../words/words.ts";

export function Method({ method }: { method: AgentsReport["method"] }) {
  return (
    <div class="method">
      <p>{say("method.short")}</p>
      {method && (
        <details>
          <summary>{say("method.title")}</summary>
          <p>{method.text}</p>
          {method.source && <p class="tiny">{say("method.source", { source: method.source })}</p>}
        </details>
      )}
    </div>
  );
}
