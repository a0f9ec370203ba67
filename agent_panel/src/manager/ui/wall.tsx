// The wallboard for a television.

import { LiveStrip } from "./live.tsx";

export function Wall() {
  return (
    <main>
      <LiveStrip />
    </main>
  );
}
