// Entry of the agent's panel: puts the app on the page and resumes the session.
import { render } from "preact";
import "../../widget/src/tokens.css";
import "./ui/styles/base.css";
import "./ui/styles/controls.css";
import "./ui/styles/marks.css";
import "./ui/styles/shell.css";
import "./ui/styles/notice.css";
import "./ui/styles/menus.css";
import "./ui/styles/nav.css";
import "./ui/styles/lists.css";
import "./ui/styles/pane.css";
import "./ui/styles/log.css";
import "./ui/styles/composer.css";
import "./ui/styles/files.css";
import "./ui/styles/card.css";
import "./ui/styles/contacts.css";
import "./ui/styles/dialogs.css";
import "./ui/styles/pages.css";
import "./ui/styles/tickets.css";
import "./ui/styles/ticket.css";
import "./ui/styles/search.css";
import "./ui/styles/mails.css";
import "./ui/styles/cases.css";
import { resume } from "./net/orders.ts";
import { parseRoute } from "./state/route.ts";
import { currentMs, keepState, now, route } from "./state/store.ts";
import { watchArrivals } from "./ui/alerts/watch.ts";
import { App } from "./ui/shell/App.tsx";

const root = document.getElementById("app");
if (root) {
  keepState();
  watchArrivals();
  setInterval(() => {
    now.value = currentMs();
  }, 1000);
  window.addEventListener("hashchange", () => {
    route.value = parseRoute(location.hash);
  });
  render(<App />, root);
  void resume();
}
