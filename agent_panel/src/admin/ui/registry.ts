// The pages of the settings in the order of the navigation. A page is one file in pages/ and its words in words/;
// this list and server/web/pages.py (ADMIN_PAGES) are all that has to know of it.

import { audit } from "../pages/audit.tsx";
import { departments } from "../pages/departments.tsx";
import { mail } from "../pages/mail.tsx";
import { people } from "../pages/people.tsx";
import { privacy } from "../pages/privacy.tsx";
import { replies } from "../pages/replies.tsx";
import { sites } from "../pages/sites.tsx";
import { system } from "../pages/system.tsx";
import { tokens } from "../pages/tokens.tsx";
import { widget } from "../pages/widget.tsx";
import type { AdminPage } from "../parts/Page.tsx";

export const PAGES: readonly AdminPage[] = [
  departments,
  people,
  replies,
  widget,
  sites,
  mail,
  tokens,
  privacy,
  audit,
  system,
];
