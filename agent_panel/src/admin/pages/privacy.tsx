// Privacy: one person looked up, exported or erased; how long what is kept; and the text of the consent.
import { useLoad } from "../../ui/parts/useLoad.ts";
import { type AdminPage, Head, Show } from "../parts/Page.tsx";
import { ConsentBox } from "../privacy/ConsentBox.tsx";
import { readAll } from "../privacy/orders.ts";
import { PersonBox } from "../privacy/PersonBox.tsx";
import { RetentionBox } from "../privacy/RetentionBox.tsx";
import words from "../words/privacy.json" with { type: "json" };
import { wordsOf } from "../words/words.ts";

const say = wordsOf(words);
const KEY = "privacy";

function PrivacyPage() {
  const [loaded, again, put] = useLoad(KEY, readAll);
  return (
    <>
      <Head title={say("title")} about={say("about")} />
      <PersonBox />
      <Show loaded={loaded} retry={again}>
        {(all) => (
          <>
            <RetentionBox
              there={all.retention}
              departments={all.departments}
              again={again}
              done={(retention) => put({ ...all, retention })}
            />
            <ConsentBox
              there={all.consent}
              departments={all.departments}
              again={again}
              done={(consent) => put({ ...all, consent })}
            />
          </>
        )}
      </Show>
    </>
  );
}

export const privacy: AdminPage = { key: KEY, title: say("title"), group: "duties", Page: PrivacyPage };
