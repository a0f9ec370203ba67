// Satisfaction: what visitors said, by what it was about and with whom, and the negative ones with their conversation.

import { Negative } from "./negative.tsx";
import { SatisfactionFigures } from "./satisfaction.tsx";
import { ScoresView } from "./scores.tsx";

export function SatisfactionPage() {
  return (
    <>
      <SatisfactionFigures />
      <div class="two">
        <ScoresView />
        <Negative />
      </div>
    </>
  );
}
