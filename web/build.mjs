// Bundles GraphiQL into dist/: index.html, and assets/ whose names carry the hash of their content.
// dist/.stamp is written last: make compares it with the sources, so a failed build runs again.

import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

const options = {
  absWorkingDir: here,
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".graphql": "text" },
  alias: {
    // GraphiQL names these parsers by an older path, which gives another kind of module
    "prettier/parser-babel": "prettier/plugins/babel",
    "prettier/parser-graphql": "prettier/plugins/graphql",
  },
  legalComments: "linked",
  logLevel: "warning",
};

/** GraphiQL's own stylesheet holds Monaco's: what Monaco imports beside it would come twice. */
const monacoStylesOnce = {
  name: "monaco-styles-once",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]monaco-editor[\\/].*\.css$/ }, () => ({ contents: "", loader: "empty" }));
  },
};

/** Fonts written into a stylesheet become files, so that the page's policy allows none inline. */
const fontsAsFiles = {
  name: "fonts-as-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^data:font\// }, ({ path }) => {
      const [, type, base64] = /^data:font\/(\w+)\b.*?;base64,(.*)$/.exec(path);
      const contents = Buffer.from(base64, "base64");
      const digest = createHash("sha256").update(contents).digest("hex");
      return { path: `${digest}/font.${type}`, namespace: "font", pluginData: contents };
    });
    onLoad({ filter: /.*/, namespace: "font" }, ({ pluginData: contents }) => ({
      contents,
      loader: "file",
    }));
  },
};

/** The hashed file name of each entry point, by its name. */
async function bundle(entryPoints, more = {}) {
  const { metafile } = await build({ ...options, ...more, entryPoints });
  return Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([, { entryPoint }]) => entryPoint)
      .map(([path]) => basename(path))
      .map((file) => [file.replace(/-\w+\.\w+$/, ""), file]),
  );
}

await rm(`${here}dist`, { recursive: true, force: true });

const workers = await bundle({
  "editor-worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  "json-worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  "graphql-worker": "monaco-graphql/esm/graphql.worker.js",
});
const { page, style } = await bundle(
  { page: "src/index.jsx", style: "src/index.css" },
  {
    splitting: true,
    define: { ...options.define, WORKERS: JSON.stringify(workers) },
    plugins: [monacoStylesOnce, fontsAsFiles],
  },
);

const template = await readFile(`${here}src/index.html`, "utf8");
const html = template.replace("{{style}}", style).replace("{{page}}", page);
await writeFile(`${here}dist/index.html`, html);
await writeFile(`${here}dist/.stamp`, "");
