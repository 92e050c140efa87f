/**
 * Where prompts, commands and their output stand, as the shell says by its marks (OSC 133 and 633). Each mark must carry
 * the shell's nonce: text that comes from elsewhere, a file that is shown, cannot make any. Without a nonce there are none.
 *
 * A command is `{ prompt, output, end, endColumn, line, exit, running, since, took }`: markers of xterm.js, which move with
 * their rows, and what the shell said. `output` is there once it ran, `end` once it ended.
 */
/** Commands that are kept; the oldest go first. */
const MAX_COMMANDS = 500;
/** Characters of a line that are kept, as they come. */
const MAX_LINE = 64 * 1024;
/** Blank cells after which what stands in the line is no part of what is typed. */
const LEAST_ROOM = 8;
/** Rows that the page's bar may hide. */
const UNDER_BAR = 4;
/** Rows of output that are copied at most. */
const MAX_COPIED = 100_000;

export function createCommands(terminal, nonce) {
  let all = [];
  let pieces = "";
  let input;
  let cwd = "";
  let selected;
  const changed = new Set();
  const ended = new Set();
  const tell = () => changed.forEach((callback) => callback());

  const here = () => (terminal.buffer.active.type === "normal" ? terminal.registerMarker(0) : undefined);
  const drop = (command) => {
    for (const marker of [command.prompt, command.output, command.end]) marker?.dispose();
    if (selected === command) selected = undefined;
  };
  const tidy = () => {
    const gone = (command) => command.prompt.isDisposed || command.prompt.line < 0;
    all.filter(gone).forEach(drop);
    all = all.filter((command) => !gone(command));
    while (all.length > MAX_COMMANDS) drop(all.shift());
  };
  const forget = () => {
    all.forEach(drop);
    all = [];
    pieces = "";
    input?.marker.dispose();
    input = selected = undefined;
    tell();
  };
  const leave = () => {
    input?.marker.dispose();
    input = undefined;
  };

  const marks = {
    A: () => {
      pieces = "";
      leave();
      tidy();
      const marker = here();
      if (!marker) return;
      // What stood here or below was erased, or is the same prompt once more.
      const erased = all.filter((each) => each.prompt.line >= marker.line);
      erased.forEach(drop);
      all = all.filter((each) => !erased.includes(each));
      const last = all.at(-1);
      if (last && !last.output) drop(all.pop());
      all.push({ prompt: marker, line: "", exit: undefined, running: false });
    },
    B: () => {
      leave();
      const marker = here();
      if (marker) input = { marker, column: terminal.buffer.active.cursorX };
    },
    C: (told) => {
      leave();
      let command = all.at(-1);
      const marker = here();
      if (!marker) return;
      if (!command || command.output) all.push((command = { prompt: here() }));
      // What a snapshot repeats began at a time that nobody knows here.
      const since = told.has("seq") ? undefined : performance.now();
      Object.assign(command, { output: marker, line: unescaped(pieces), running: true, exit: undefined, since });
      pieces = "";
    },
    D: (told, exit) => {
      const command = all.at(-1);
      if (!command?.running) return;
      command.running = false;
      command.exit = /^-?\d+$/.test(exit) ? Number(exit) : undefined;
      command.end = here();
      command.endColumn = terminal.buffer.active.cursorX;
      if (told.has("ms")) command.took = Number(told.get("ms"));
      else if (command.since !== undefined) command.took = performance.now() - command.since;
      if (command.since !== undefined) ended.forEach((callback) => callback());
    },
  };
  const osc133 = (data) => {
    const [kind, ...rest] = data.split(";");
    const told = new Map(rest.filter((each) => each.includes("=")).map((each) => each.split("=", 2)));
    if (!nonce || told.get("aid") !== nonce || !marks[kind]) return false;
    marks[kind](told, rest[0] ?? "");
    tell();
    return true;
  };
  const osc633 = (data) => {
    const [kind, text = "", key] = data.split(";");
    if (!nonce || key !== nonce) return false;
    if (kind === "E" && pieces.length + text.length <= MAX_LINE) pieces += text;
    if (kind === "P" && text.startsWith("Cwd=")) cwd = unescaped(text.slice(4));
    return true;
  };
  const handlers = [terminal.parser.registerOscHandler(133, osc133), terminal.parser.registerOscHandler(633, osc633)];

  const ran = () => {
    tidy();
    return all.filter((command) => command.output);
  };
  /** Blank cells behind the cursor: up to the edge, or to what a shell writes there, such as a prompt on the right. */
  const room = () => {
    const { baseY, cursorX, cursorY } = terminal.buffer.active;
    const behind = terminal.buffer.active.getLine(baseY + cursorY)?.translateToString(false, cursorX) ?? "";
    return behind.length - behind.trimStart().length;
  };
  /** What is typed at the prompt up to the cursor; nothing unless there is a prompt and the cursor at its end. */
  const typed = () => {
    const buffer = terminal.buffer.active;
    if (!input || input.marker.isDisposed || buffer.type !== "normal") return undefined;
    const last = buffer.baseY + buffer.cursorY;
    if (last < input.marker.line || last - input.marker.line > 20) return undefined;
    let text = "";
    for (let row = input.marker.line; row <= last; row += 1) {
      const line = buffer.getLine(row);
      if (!line || (row > input.marker.line && !line.isWrapped)) return undefined;
      text += line.translateToString(false, row === input.marker.line ? input.column : 0, row === last ? buffer.cursorX : terminal.cols);
    }
    return room() < LEAST_ROOM && room() < terminal.cols - buffer.cursorX ? undefined : text;
  };
  /** The command whose output is scrolled through while its own line is out of view; at the prompt none is in the way. */
  const viewed = () => {
    const buffer = terminal.buffer.active;
    if (buffer.type !== "normal" || buffer.viewportY >= buffer.baseY) return undefined;
    const top = buffer.viewportY;
    return ran().findLast((each) => each.prompt.line < top && each.output.line <= top && (each.running || (each.end && each.end.line > top)));
  };
  const shown = () => (selected && !selected.prompt.isDisposed ? selected : viewed());
  const outputOf = (command) => {
    const buffer = terminal.buffer.normal;
    const end = command.end ?? { line: buffer.baseY + buffer.cursorY };
    const rows = [];
    const last = command.endColumn ? end.line : end.line - 1;
    for (let row = Math.max(command.output.line, last - MAX_COPIED); row <= last; row += 1) {
      const line = buffer.getLine(row);
      if (!line) break;
      const next = buffer.getLine(row + 1);
      const text = line.translateToString(!next?.isWrapped, 0, row === end.line && command.endColumn ? command.endColumn : undefined);
      if (line.isWrapped && rows.length) rows[rows.length - 1] += text;
      else rows.push(text);
    }
    return rows.join("\n");
  };
  const select = (command) => {
    selected = command;
    tell();
  };
  const jump = (step) => {
    const commands = ran();
    if (!commands.length) return false;
    const buffer = terminal.buffer.active;
    const at = selected ? commands.indexOf(selected) : -1;
    const below = commands.findIndex((each) => each.prompt.line >= buffer.viewportY);
    const from = at >= 0 ? at : step < 0 && buffer.viewportY >= buffer.baseY ? commands.length : below < 0 ? commands.length : below;
    const next = commands[Math.min(Math.max(from + step, 0), commands.length - 1)];
    select(next);
    // The bar stands over the first rows.
    terminal.scrollToLine(Math.max(next.prompt.line - UNDER_BAR, 0));
    return true;
  };
  /** Types a line at the prompt, and runs it if wished. Returns why not: `busy` or `lines`, or an empty text. */
  const type = (text, run) => {
    if (nonce && !input) return "busy";
    const clean = text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
    const bracketed = terminal.modes.bracketedPasteMode;
    if (clean.includes("\n") && !bracketed && !run) return "lines";
    // What is typed there already would become a part of it: the end of the line, then all of it gone.
    const clear = run && nonce && typed() !== "" ? "\x05\x15" : "";
    const body = bracketed ? `\x1b[200~${clean}\x1b[201~` : clean.replaceAll("\n", "\r");
    select(undefined);
    terminal.scrollToBottom();
    terminal.input(clear + body + (run ? "\r" : ""), true);
    return "";
  };

  return {
    ran,
    shown,
    select,
    jump,
    type,
    typed,
    room,
    forget,
    selected: () => selected,
    cwd: () => cwd,
    onChange: (callback) => changed.add(callback),
    onEnded: (callback) => ended.add(callback),
    outputOf,
    dispose: () => {
      handlers.forEach((handler) => handler.dispose());
      changed.clear();
      ended.clear();
      all.forEach(drop);
      all = [];
    },
  };
}

function unescaped(text) {
  const bytes = [];
  const plain = [];
  const flush = () => {
    if (bytes.length) plain.push(new TextDecoder().decode(Uint8Array.from(bytes.splice(0))));
  };
  for (const [piece, hex] of text.matchAll(/\\x([0-9a-fA-F]{2})|\\\\|[^\\]+|\\/g)) {
    if (hex) {
      bytes.push(parseInt(hex, 16));
      continue;
    }
    flush();
    plain.push(piece === "\\\\" ? "\\" : piece);
  }
  flush();
  return plain.join("");
}
