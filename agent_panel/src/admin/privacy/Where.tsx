// Which of the rules one looks at: those of the whole desk, or those of a department.
import { Choice } from "../parts/Choice.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";
import { DESK, type Department } from "./orders.ts";

const say = wordsOf(words);

interface Props {
  departments: readonly Department[];
  at: string;
  pick: (at: string) => void;
  /** Departments with rules of their own have a dot. */
  own?: (department: Department) => boolean;
}

export function Where({ departments, at, pick, own }: Props) {
  if (departments.length === 0) return null;
  return (
    <div class="fields">
      <Choice
        label={say("where")}
        value={at}
        options={[
          [DESK, say("where.desk")],
          ...departments.map((each): [string, string] => [
            `departments.${each.id}`,
            own?.(each) ? `${each.name} •` : each.name,
          ]),
        ]}
        set={pick}
      />
    </div>
  );
}
