// Entry of the page about one's own account.
import { render } from "preact";
import "../../../widget/src/tokens.css";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "../ui/styles/marks.css";
import "../ui/styles/document.css";
import "../ui/styles/notice.css";
import "./account.css";
import { Account } from "./Account.tsx";
import { load } from "./store.ts";

const root = document.getElementById("app");
if (root) {
  render(<Account />, root);
  void load();
}
