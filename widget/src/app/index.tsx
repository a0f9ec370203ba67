/** The app in the iframe: reads what the page's address asks for, meets the host page, and shows the panel. */
import "./ui/app.css";
import { render } from "preact";
import { meetHost } from "./net/host.ts";
import { startSession } from "./net/session.ts";
import type { Store } from "./state/store.ts";
import { calendar } from "./state/when.ts";
import { wear } from "./ui/accent.ts";
import { Panel } from "./ui/panel.tsx";
import { ring, unlockSound } from "./ui/sound.ts";
import { fetchWords, languageOf, tagOf } from "./words/words.ts";

const asked = new URLSearchParams(location.search);
const locale = asked.get("locale") || navigator.language;
const language = languageOf(locale);

wear();
unlockSound();

let store: Store | undefined;
const [t, host] = await Promise.all([fetchWords(language, () => store?.value.settings.texts), meetHost()]);
document.documentElement.lang = language;
document.title = t("support");
const session = startSession(host, { locale, department: asked.get("department") ?? "" }, ring);
const { deeds } = session;
const kept = session.store;
store = kept;
const when = calendar(tagOf(locale, navigator.languages), () => Date.now() + kept.value.clock_offset_ms);
const root = document.getElementById("app") as HTMLElement;
const show = () => render(<Panel state={kept.value} deeds={deeds} t={t} when={when} />, root);
kept.changed = show;
show();
