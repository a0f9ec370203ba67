// The settings as a whole: the gate, or the navigation beside the page one is on.
import { Empty } from "../../ui/parts/states.tsx";
import { Notice } from "../../ui/shell/Notice.tsx";
import { Confirm } from "../parts/Confirm.tsx";
import { Head } from "../parts/Page.tsx";
import { leaving, notice, place, session } from "../state/store.ts";
import { say } from "../words/words.ts";
import { Gate } from "./Gate.tsx";
import { Nav } from "./Nav.tsx";
import { PAGES } from "./registry.ts";

export function App() {
  const current = session.value;
  if (current.state !== "ready") return <Gate session={current} />;
  return (
    <div class="admin">
      <a class="skip" href="#page">
        {say("skip")}
      </a>
      <Nav />
      <main id="page" tabIndex={-1}>
        <Here />
      </main>
      <Notice notice={notice} />
      <Leaving />
    </div>
  );
}

function Here() {
  const { page, id } = place.value;
  const found = PAGES.find(({ key }) => key === page);
  if (found) return <found.Page key={page} id={id} />;
  return (
    <>
      <Head title={say("title")} />
      <Empty title={say("unknown")}>{say("unknown_more")}</Empty>
    </>
  );
}

function Leaving() {
  const act = leaving.value;
  if (act === null) return null;
  return (
    <Confirm
      title={say("leave.title")}
      action={say("leave.go")}
      otherwise={say("leave.stay")}
      grave
      onConfirm={() => {
        act();
        return undefined;
      }}
      onClose={() => {
        leaving.value = null;
      }}
    >
      <p>{say("leave.text")}</p>
    </Confirm>
  );
}
