// Writes crates/emulator/src/width_table.rs from what the browser's emulator uses:
// node scripts/widths.mjs > crates/emulator/src/width_table.rs
import { createRequire } from "node:module";
globalThis.self = globalThis;
const { Unicode11Addon } = createRequire(new URL("../frontend/js/package.json", import.meta.url))("@xterm/addon-unicode11");
let provider; new Unicode11Addon().activate({ unicode: { register(p) { provider = p; } } });
const ranges = { 0: [], 2: [] }; let last = provider.wcwidth(0x80), from = 0x80;
for (let c = 0x81; c <= 0x110000; c++) { const w = c > 0x10ffff ? -1 : provider.wcwidth(c); if (w !== last) { if (last !== 1) ranges[last].push([from, c - 1]); last = w; from = c; } }
const hex = (n) => "0x" + n.toString(16);
const table = (name, doc, rows) => { let out = `/// ${doc}\n#[rustfmt::skip]\npub(crate) static ${name}: [(u32, u32); ${rows.length}] = [\n`; let line = "   "; for (const [a, b] of rows) { const item = ` (${hex(a)}, ${hex(b)}),`; if (line.length + item.length > 118) { out += line + "\n"; line = "   "; } line += item; } return out + line + "\n];\n"; };
console.log(`//! Ranges of code points, first and last, by the columns they take in Unicode 11. Written by \`scripts/widths.mjs\` from\n//! what the browser's emulator uses, so that both count alike; not to be edited.\n\n` + table("NONE", "No column: marks on the character before.", ranges[0]) + "\n" + table("TWO", "Two columns.", ranges[2]).trimEnd());
