// Bundles the two front ends into server/assets. `node esbuild.mjs` builds once; `--watch` keeps building.
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
  logLevel: "info",
  outdir,
};

const bundles = [
  // The loader runs on the customer's own page: a classic script, as small as it gets.
  { ...common, format: "iife", entryPoints: { "widget/loader": "widget/src/loader/index.ts" } },
  { ...common, entryPoints: { "widget/app": "widget/src/app/index.tsx" } },
  { ...common, entryPoints: { "panel/panel": "agent_panel/src/index.tsx" } },
  { ...common, entryPoints: { "manager/manager": "agent_panel/src/manager/index.tsx" } },
];

for (const bundle of bundles) {
  const built = await context(bundle);
  if (watch) await built.watch();
  else {
    await built.rebuild();
    await built.dispose();
  }
}
