// What the whole page shows: sign-in, or the desk with its bar.
import { resume } from "../../net/orders.ts";
import { notice, route, session } from "../../state/store.ts";
import { t } from "../../words/words.ts";
import { ContactsPage } from "../contacts/ContactsPage.tsx";
import { DeskPage } from "../desk/DeskPage.tsx";
import { Dialogs } from "../dialogs/Dialogs.tsx";
import { IncidentStrip } from "../incidents/IncidentStrip.tsx";
import { IncidentsPage } from "../incidents/IncidentsPage.tsx";
import { InboundPage } from "../mails/InboundPage.tsx";
import { MailsPage } from "../mails/MailsPage.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { ProblemsPage } from "../problems/ProblemsPage.tsx";
import { SearchPage } from "../search/SearchPage.tsx";
import { TranscriptPage } from "../search/TranscriptPage.tsx";
import { TicketsPage } from "../tickets/TicketsPage.tsx";
import { AlarmBanner } from "./AlarmBanner.tsx";
import { Bar } from "./Bar.tsx";
import { Notice } from "./Notice.tsx";
import { SignIn } from "./SignIn.tsx";
import { useKeys } from "./useKeys.ts";

function Page() {
  const here = route.value;
  switch (here.page) {
    case "chats":
      return <DeskPage />;
    case "tickets":
      return <TicketsPage number={here.number} />;
    case "search":
      return <SearchPage query={here.query} />;
    case "transcript":
      return <TranscriptPage id={here.chat} key={here.chat} />;
    case "contacts":
      return <ContactsPage id={here.contact} />;
    case "problems":
      return <ProblemsPage id={here.problem} />;
    case "incidents":
      return <IncidentsPage id={here.incident} />;
    case "inbound":
      return <InboundPage id={here.mail} />;
    case "mails":
      return <MailsPage id={here.mail} />;
  }
}

function Desk() {
  useKeys();
  return (
    <div class="shell">
      <Bar />
      <div class="shell-top">
        <AlarmBanner />
        <IncidentStrip />
      </div>
      <Page />
      <Dialogs />
      <Notice notice={notice} />
    </div>
  );
}

export function App() {
  const current = session.value;
  if (current.state === "in") return <Desk />;
  if (current.state === "signed_out") return <SignIn />;
  return (
    <main class="curtain" aria-label={t("app.title")}>
      {current.state === "unreachable" ? (
        <Problem error={current.error} retry={() => void resume()} />
      ) : (
        <Loading lines={3} />
      )}
    </main>
  );
}
