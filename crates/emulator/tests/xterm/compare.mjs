// Draws byte streams with xterm.js, straight and through our snapshots, and tells where the two differ.
//
// Standard input holds cases: u32 length and name, u32 length and stream, u32 number of snapshots, and for each of these
// u32 how many bytes of the stream it stands for, u32 length and the snapshot. Numbers are little-endian. One JSON line
// leaves for each case: { name, compared, wrong, different: [[cut, why], …] }.
import { createRequire } from "node:module";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

const require = createRequire(join(process.argv[2], "package.json"));
const { Terminal } = require("@xterm/headless");
const [cols, rows] = [80, 25];
/** More than these are not named: whoever reads wants to see the first ones. */
const MAX_NAMED = 5;

/** What a person sees and what comes next depends on. Cells are xterm.js's own words: text and width, foreground, background. */
function seen(terminal) {
  const { normal, alt } = terminal._core._bufferService.buffers;
  const { active } = terminal.buffer;
  const rows = (buffer) => Array.from({ length: buffer.lines.length }, (_, y) => buffer.lines.get(y));
  return {
    type: active.type,
    cursor: `${active.cursorX},${active.cursorY}`,
    modes: JSON.stringify(terminal.modes),
    normal: rows(normal),
    alternate: active.type === "alternate" ? rows(alt) : [],
  };
}

const WORDS = 3;
const CODE = 0x1fffff;
const COMBINED = 0x200000;
const EXTENDED = 0x10000000;
/** Nothing, a space, and a half of a wide character whose other half is gone look alike. */
const text = (content) => (content & (CODE | COMBINED) ? content : 0x400020);
/** A colour's mode says how much of the word counts; the rest is left from earlier colours. */
const LEFT_OVER = [0xffffff, 0xffff00, 0xffff00, 0];
const color = (word) => word & ~LEFT_OVER[(word >>> 24) & 3] & ~EXTENDED;

/** The first column in which two rows differ, or -1. */
function column(one, other) {
  const [left, right] = [one._data, other._data];
  for (let x = 0, at = 0; x < cols; x++, at += WORDS) {
    if (text(left[at]) !== text(right[at])) return x;
    if (color(left[at + 1]) !== color(right[at + 1]) || (color(left[at + 2]) !== color(right[at + 2]))) return x;
    if (left[at] & COMBINED && one._combined[x] !== other._combined[x]) return x;
  }
  return -1;
}

function difference(want, got) {
  for (const part of ["type", "cursor", "modes"]) {
    if (want[part] !== got[part]) return `${part}: ${want[part]} became ${got[part]}`;
  }
  for (const part of ["normal", "alternate"]) {
    if (want[part].length !== got[part].length) return `${part}: ${want[part].length} rows became ${got[part].length}`;
    for (const [y, row] of want[part].entries()) {
      const x = column(row, got[part][y]);
      if (x < 0) continue;
      const shown = (line) => `${JSON.stringify(line.translateToString(true))} [${line._data.slice(x * WORDS, x * WORDS + WORDS)}]`;
      return `${part} row ${y} column ${x}: ${shown(row)} became ${shown(got[part][y])}`;
    }
  }
  return null;
}

function drawn(...pieces) {
  const terminal = new Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
  // The public way hands each piece to a timer.
  for (const piece of pieces) terminal._core.writeSync(piece);
  return seen(terminal);
}

const input = await buffer(process.stdin);
let at = 0;
const number = () => input.readUInt32LE((at += 4) - 4);
const bytes = () => { const length = number(); return input.subarray(at, (at += length)); };

while (at < input.length) {
  const name = bytes().toString();
  const stream = bytes();
  let straight = null;
  try {
    straight = drawn(stream);
  } catch {
    // ED 1 in the last cell throws there. There is nothing to compare with then.
  }
  const count = number();
  const different = [];
  let wrong = 0;
  for (let index = 0; index < count; index++) {
    const cut = number();
    const snapshot = bytes();
    const why = straight && difference(straight, drawn(snapshot, stream.subarray(cut)));
    if (why && ++wrong <= MAX_NAMED) different.push([cut, why]);
  }
  console.log(JSON.stringify({ name, compared: straight ? count : 0, wrong, different }));
}
