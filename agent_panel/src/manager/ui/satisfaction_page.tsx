// Satisfaction: what visitors said of their chats.

import { Negative, SatisfactionFigures } from "./satisfaction.tsx";

export function SatisfactionPage() {
  return (
    <div class="two">
      <SatisfactionFigures />
      <Negative />
    </div>
  );
}
