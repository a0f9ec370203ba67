// Bundles the front ends into server/assets. `node esbuild.mjs` builds once, `--watch` keeps building.
// hatch_build.py is the usual caller: it brings node, and stamps what was built.
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
  outdir,
};

// The customer's own pages have no script: their one style sheet is the tokens followed by their rules.
const pagesCss = ["./widget/src/tokens.css", "./server/pages/pages.css"];

const bundles = [
  // The loader runs on the customer's own page: a classic script, as small as it gets.
  { ...common, format: "iife", entryPoints: { "widget/loader": "widget/src/loader/index.ts" } },
  { ...common, entryPoints: { "widget/app": "widget/src/app/index.tsx" } },
  { ...common, entryPoints: { "panel/panel": "agent_panel/src/index.tsx" } },
  { ...common, entryPoints: { "manager/manager": "agent_panel/src/manager/index.tsx" } },
  {
    ...common,
    outdir: undefined,
    outfile: join(outdir, "pages.css"),
    stdin: { contents: pagesCss.map((path) => `@import "${path}";`).join("\n"), loader: "css", resolveDir: "." },
  },
];

let failed = 0;
for (const bundle of bundles) {
  const built = await context(bundle);
  if (watch) {
    await built.watch();
    continue;
  }
  // One broken front end does not keep the others from being built; esbuild has printed the reason.
  await built.rebuild().catch(() => failed++);
  await built.dispose();
}

if (!watch) showSizes();
process.exitCode = failed ? 1 : 0;

function showSizes() {
  if (!existsSync(outdir)) return;
  const files = readdirSync(outdir, { recursive: true }).filter((name) => /\.(js|css)$/.test(name));
  for (const name of files.sort()) {
    const content = readFileSync(join(outdir, name));
    const kilobytes = (count) => `${(count / 1000).toFixed(1)} kB`.padStart(9);
    console.log(`${name.padEnd(24)}${kilobytes(content.length)}${kilobytes(gzipSync(content).length)} gzipped`);
  }
}
