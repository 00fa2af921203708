import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;
const out = join(here, "..", "static");

/** All files below a folder, as paths with slashes, in the order of their code points. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((name) => !name.startsWith("node_modules/"))
    .sort((one, other) => (one < other ? -1 : 1));
}

function sha256(...pieces: (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** Writes down what the bundle was built from, so that a test can tell a stale one. */
function record(): Plugin {
  return {
    name: "record-what-it-was-built-from",
    closeBundle() {
      const sources = filesBelow(here).flatMap((name) => [`${name}\0`, sha256(readFileSync(join(here, name)))]);
      const built = filesBelow(out).filter((name) => name !== "built.json");
      const files = Object.fromEntries(built.map((name) => [name, sha256(readFileSync(join(out, name)))]));
      writeFileSync(join(out, "built.json"), `${JSON.stringify({ sources: sha256(...sources), files }, null, 1)}\n`);
    },
  };
}

/** Lays the licences of what is bundled beside it. */
function licences(): Plugin {
  return {
    name: "lay-licences",
    closeBundle() {
      const { dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
      const told = Object.entries(dependencies).map(([name, version]) => {
        const text = readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8");
        return `${name} ${version}\n\n${text.trim()}\n`;
      });
      writeFileSync(join(out, "licences.txt"), `What is bundled in page/, and by which licence.\n\n${told.join("\n\n")}`);
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [licences(), record()],
  build: {
    outDir: out,
    emptyOutDir: true,
    assetsDir: "page",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The player of streams is one file, fetched when somebody watches a film grow.
    chunkSizeWarningLimit: 500,
    target: "es2022",
    reportCompressedSize: false,
  },
});
