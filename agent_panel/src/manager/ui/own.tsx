// An agent's own figures, as the managers see them: no report about a person is hidden from that person.
// The server answers an agent with their own row and nothing else.

import { say } from "../words/words.ts";
import { PeoplePage } from "./people.tsx";

export function OwnPage() {
  return (
    <>
      <p class="own-about">{say("own.about")}</p>
      <PeoplePage />
    </>
  );
}
