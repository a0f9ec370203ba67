// Entry of the settings page: mounts it and asks who is looking.
import { render } from "preact";
import "../../../widget/src/tokens.css";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "../ui/styles/marks.css";
import "../ui/styles/dialogs.css";
import "../ui/styles/document.css";
import "../ui/styles/notice.css";
import "./styles/shell.css";
import "./styles/forms.css";
import "./styles/table.css";
import "./styles/widget.css";
import { begin, followAddress } from "./state/store.ts";
import { App } from "./ui/App.tsx";
import { Setup } from "./ui/Setup.tsx";

const root = document.getElementById("app");
if (root) {
  if (location.pathname === "/setup") render(<Setup />, root);
  else {
    followAddress();
    render(<App />, root);
    void begin();
  }
}
