/**
 * Bundles the adapters and cuts the fonts:  node build.mjs [--force]
 *
 *   public/vendor/{terminal,terminal-search,terminal-image,terminal-player,chart,strength,passkey,picture}.js  one self-contained ES module each
 *   public/vendor/{terminal,chart}.css          the libraries' own sheets, linked by the modules
 *   public/fonts/{inter,jetbrains-mono}.woff2   variable weight 400–600, Latin-1, punctuation, arrows
 *
 * Does nothing when neither the lock nor a source changed since the last run.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { language } from "./language.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const publicDir = join(here, "../../public");
const vendor = join(publicDir, "vendor");
const fonts = join(publicDir, "fonts");
// Our own sheets for what these modules draw: nothing shows it before they are there.
const late = join(here, "../../style/late");
const stampFile = join(vendor, ".stamp");

const OUTPUTS = [
  ...["terminal.js", "terminal-search.js", "terminal-image.js", "terminal-player.js", "chart.js", "strength.js", "passkey.js", "picture.js", "terminal.css", "chart.css"].map((name) => join(vendor, name)),
  ...["inter.woff2", "jetbrains-mono.woff2"].map((name) => join(fonts, name)),
];

const stamp = await fingerprint();
const known = existsSync(stampFile) ? await readFile(stampFile, "utf8") : "";
if (known === stamp && OUTPUTS.every(existsSync) && !process.argv.includes("--force")) {
  console.log("vendor and fonts are up to date");
} else {
  await Promise.all([mkdir(vendor, { recursive: true }), mkdir(fonts, { recursive: true })]);
  await Promise.all([bundle(), cutFonts()]);
  await report();
  await writeFile(stampFile, stamp);
}

async function fingerprint() {
  const files = async (folder) => (await readdir(folder)).sort().map((name) => join(folder, name));
  const sources = [...(await files(join(here, "src"))), ...(await files(late))];
  const hash = createHash("sha256");
  for (const file of [join(here, "package-lock.json"), join(here, "build.mjs"), join(here, "language.mjs"), ...sources]) {
    hash.update(file.slice(here.length)).update(await readFile(file));
  }
  return hash.digest("hex");
}

async function bundle() {
  const { build } = await import("esbuild");
  await build({
    absWorkingDir: here,
    entryPoints: {
      terminal: "src/terminal.js",
      "terminal-search": "src/terminal-search.js",
      "terminal-image": "src/terminal-image.js",
      "terminal-player": "src/terminal-player.js",
      chart: "src/chart.js",
      strength: "src/strength.js",
      passkey: "src/passkey.js",
      picture: "src/picture.js",
    },
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    legalComments: "none",
    outdir: vendor,
    plugins: [language],
    logLevel: "warning",
  });
  // In the layers of style/main.css: outside of every layer the libraries' rules would beat our components.
  for (const [name, sheet, layer] of [["terminal", "@xterm/xterm/css/xterm.css", "pages"], ["chart", "uplot/dist/uPlot.min.css", "components"]]) {
    await build({
      absWorkingDir: here,
      stdin: { contents: `@import "${sheet}" layer(base);@import "${join(late, name)}.css" layer(${layer});`, loader: "css", resolveDir: here },
      bundle: true,
      minify: true,
      outfile: join(vendor, `${name}.css`),
      logLevel: "warning",
    });
  }
}

async function cutFonts() {
  const { default: subset } = await import("subset-font");
  const cut = async (source, target, options) => {
    const font = await readFile(join(here, "node_modules", source));
    const woff2 = await subset(font, characters(), { targetFormat: "woff2", noHinting: true, dropTables: ["STAT"], ...options });
    await writeFile(join(fonts, target), woff2);
  };
  const wght = { min: 400, max: 600 };
  // cv11 and ss03 are the shapes of the drawing; a terminal's font must not join letters, so mono keeps no ligatures.
  await cut("inter-ui/variable/InterVariable.woff2", "inter.woff2", {
    variationAxes: { wght, opsz: 14 },
    keepFeatures: ["kern", "tnum", "ccmp", "cv11", "ss03"],
  });
  await cut("@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2", "jetbrains-mono.woff2", {
    variationAxes: { wght },
    keepFeatures: ["zero", "ccmp", "mark"],
  });
}

function characters() {
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).join("");
  return range(0x20, 0x7e) + range(0xa0, 0xff) + "–—‘’“”„•…‹›€™←↑→↓↵−≤≥×✦●";
}

async function report() {
  for (const file of OUTPUTS) {
    const bytes = await readFile(file);
    const small = file.endsWith(".woff2") ? bytes.length : brotliCompressSync(bytes).length;
    const kib = (size) => `${(size / 1024).toFixed(1)} KiB`.padStart(11);
    console.log(file.slice(publicDir.length + 1).padEnd(30), kib(bytes.length), kib(small), "brotli");
  }
}
