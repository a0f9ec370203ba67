// Entry of the manager's page: mounts it and asks who is looking.

import "../../../widget/src/tokens.css";
import "../charts/charts.css";
import "./styles/filters.css";
import "./styles/insights.css";
import "./styles/page.css";
import "./styles/reports.css";
import "./styles/wall.css";
import { render } from "preact";
import { followAddress } from "./state/filters.ts";
import { begin } from "./state/store.ts";
import { Page } from "./ui/page.tsx";

const root = document.getElementById("app");
if (root) {
  followAddress();
  render(<Page />, root);
  void begin();
}
