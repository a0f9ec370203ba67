// Bundles the front ends into server/assets. `node esbuild.mjs` builds once, `--watch` keeps building.
// hatch_build.py is the usual caller: it brings node, and stamps what was built.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { context } from "esbuild";

const outdir = process.env.SEMAFOR_ASSETS_DIR ?? "server/assets";
const watch = process.argv.includes("--watch");

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: "linked",
  target: "es2022",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "error",
  metafile: true,
  outdir,
};

// What of Socket.IO the widget does without stays out of it (3.4 kB gzipped of at most 32): it speaks WebSocket only, sends and
// gets nothing binary, and takes addresses apart with the browser's own URL.
const lacking = [
  [
    /engine\.io-client\/build\/esm\/transports\/(polling|webtransport).*\.js$/,
    "export class XHR {} export class WT {} export class Fetch {}",
  ],
  [
    /socket\.io-parser\/build\/esm\/is-binary\.js$/,
    "export const isBinary = () => false; export const hasBinary = () => false;",
  ],
  [
    /socket\.io-parser\/build\/esm\/binary\.js$/,
    "export const deconstructPacket = null; export const reconstructPacket = null;",
  ],
  [
    /engine\.io-client\/build\/esm\/contrib\/parseuri\.js$/,
    `export function parse(source) {
      const { protocol, hostname, port, pathname, search } = new URL(source);
      const host = hostname.replace(/^\\[|\\]$/g, "");
      return { source, protocol: protocol.slice(0, -1), host, port, path: pathname, query: search.slice(1) };
    }`,
  ],
];
const webSocketOnly = {
  name: "websocket-only",
  setup(build) {
    for (const [filter, contents] of lacking) build.onLoad({ filter }, () => ({ contents }));
  },
};

// The customer's own pages have no script: their one style sheet is the tokens followed by their rules.
const pagesCss = ["./widget/src/tokens.css", "./server/pages/pages.css"];

const bundles = [
  // The loader runs on the customer's own page: a classic script, as small as it gets.
  { ...common, format: "iife", entryPoints: { "widget/loader": "widget/src/loader/index.ts" } },
  // What the button fetches when it is about to be used: the iframe and the bridge to it.
  { ...common, format: "iife", entryPoints: { "widget/frame": "widget/src/loader/frame.ts" } },
  { ...common, entryPoints: { "widget/app": "widget/src/app/index.tsx" }, plugins: [webSocketOnly] },
  { ...common, entryPoints: { "panel/panel": "agent_panel/src/index.tsx" } },
  { ...common, entryPoints: { "account/account": "agent_panel/src/account/index.tsx" } },
  { ...common, entryPoints: { "manager/manager": "agent_panel/src/manager/index.tsx" } },
  { ...common, entryPoints: { "admin/admin": "agent_panel/src/admin/index.tsx" } },
  {
    ...common,
    outdir: undefined,
    outfile: join(outdir, "pages.css"),
    stdin: { contents: pagesCss.map((path) => `@import "${path}";`).join("\n"), loader: "css", resolveDir: "." },
  },
];

let failed = 0;
const bundled = new Set();
for (const bundle of bundles) {
  const built = await context(bundle);
  if (watch) {
    await built.watch();
    continue;
  }
  // One broken front end does not keep the others from being built; esbuild has printed the reason.
  const result = await built.rebuild().catch(() => failed++);
  for (const input of Object.keys(result?.metafile?.inputs ?? {})) bundled.add(packageOf(input));
  await built.dispose();
}

copyWords("widget/src/app/words", "widget/words");
if (!watch) {
  writeLicences();
  showSizes();
}
process.exitCode = failed ? 1 : 0;

/** Catalogues are no part of the bundle: a page fetches the one language it speaks. */
function copyWords(from, to) {
  mkdirSync(join(outdir, to), { recursive: true });
  for (const name of readdirSync(from).filter((name) => name.endsWith(".json"))) {
    writeFileSync(join(outdir, to, name), JSON.stringify(JSON.parse(readFileSync(join(from, name), "utf8"))));
  }
}

/** "node_modules/@scope/name/lib/x.js" -> "node_modules/@scope/name"; undefined for a source of our own. */
function packageOf(input) {
  return input.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
}

/** Bundles carry other people's work: their licences go with it, wherever the assets go. */
function writeLicences() {
  const notices = [...bundled]
    .filter(Boolean)
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
    });
  writeFileSync(join(outdir, "licences.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
}

function showSizes() {
  const files = readdirSync(outdir, { recursive: true }).filter((name) => /\.(js|css)$/.test(name));
  for (const name of files.sort()) {
    const content = readFileSync(join(outdir, name));
    const kilobytes = (count) => `${(count / 1000).toFixed(1)} kB`.padStart(9);
    console.log(`${name.padEnd(24)}${kilobytes(content.length)}${kilobytes(gzipSync(content).length)} gzipped`);
  }
}
