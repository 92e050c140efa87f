/**
 * xterm.js behind plain functions. Importing this module loads its style sheet and the mono font, so that the
 * first `mount` already measures the right cell; `mount` itself is synchronous.
 *
 * Policies are held in the parts: what may reach the clipboard and come from it (terminal-clipboard.js), which links open
 * (terminal-links.js), how much a picture may be (terminal-image.js). WebGL is used while visible and falls back to the
 * DOM renderer. Search and pictures are bundles of their own, loaded when first needed.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { createBell } from "./terminal-bell.js";
import { createClipboard } from "./terminal-clipboard.js";
import { createCommands } from "./terminal-commands.js";
import { createFinder } from "./terminal-find.js";
import { createGutter } from "./terminal-gutter.js";
import { createInput } from "./terminal-input.js";
import { createLinks } from "./terminal-links.js";
import { createQuestions } from "./terminal-questions.js";
import { DEFAULTS, apply, optionsOf } from "./terminal-settings.js";
import { attachWebgl } from "./terminal-webgl.js";
import { loadStyle, onResize, onThemeChange, onVisible, sibling } from "./page.js";

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const font = () => Promise.all(["400", "600"].map((weight) => document.fonts.load(`${weight} 13px "JetBrains Mono"`)));
await Promise.all([
  loadStyle(new URL("./terminal.css", import.meta.url)),
  Promise.race([font().catch(() => undefined), wait(1500)]),
]);

/**
 * @typedef {Object} TerminalOptions
 * @property {import("./terminal-settings.js").Settings} [settings] the defaults unless given
 * @property {boolean} [autofit] follow the element's size, true unless given; a viewer who does not own the size says false
 * @property {string} [label] accessible name of the input
 * @property {string} [nonce] what the marks of the shell's commands carry; without it there are none
 * @property {boolean} [clipboard] whether programs may write to the clipboard; asked once unless given
 */

/**
 * Draws a terminal into an empty element and returns its handle; see README.md for the handle's functions. The element's
 * parent is its frame: it has the padding, and gets the theme's ground.
 * @param {HTMLElement} element
 * @param {TerminalOptions} [options]
 */
export function mount(element, options = {}) {
  const frame = element.parentElement ?? element;
  let settings = { ...DEFAULTS, ...options.settings };
  const terminal = new Terminal({
    allowProposedApi: true, // unicode11 and the marks of a search are proposed API
    macOptionIsMeta: true,
    rescaleOverlappingGlyphs: true,
    ...optionsOf(settings, frame),
  });
  const fitter = new FitAddon();
  terminal.loadAddon(fitter);
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.open(element);
  if (options.label) terminal.textarea?.setAttribute("aria-label", options.label);

  const questions = createQuestions();
  const isMuted = () => input.isMuted();
  const clipboard = createClipboard(terminal, element, questions, isMuted, options.clipboard);
  const commands = createCommands(terminal, options.nonce);
  const gutter = createGutter(terminal, frame, element, commands);
  const input = createInput(terminal, clipboard.copy, gutter);
  const bell = createBell(terminal, frame, isMuted);
  const finder = createFinder(terminal);
  createLinks(terminal, element, questions);
  bell.setStyle(settings.bell);
  clipboard.configure(settings);
  gutter.setWanted(settings.suggestions);
  let gone = false;
  whenIdle(async () => {
    const { attachImages } = await import(sibling("terminal-image.js", import.meta.url));
    if (!gone) attachImages(terminal);
  });

  const resized = new Set();
  let autofit = options.autofit ?? true;
  const size = () => ({ cols: terminal.cols, rows: terminal.rows });
  const fit = () => {
    const wanted = fitter.proposeDimensions();
    if (!wanted || !(wanted.cols > 1 && wanted.rows > 0)) return size();
    if (wanted.cols === terminal.cols && wanted.rows === terminal.rows) return size();
    terminal.resize(wanted.cols, wanted.rows);
    for (const callback of resized) callback(wanted.cols, wanted.rows);
    return size();
  };
  fit();

  const configure = (wanted) => {
    settings = { ...DEFAULTS, ...wanted };
    apply(terminal, settings, frame);
    bell.setStyle(settings.bell);
    clipboard.configure(settings);
    gutter.setWanted(settings.suggestions);
    if (autofit) fit();
  };
  const webgl = attachWebgl(terminal);
  const stops = [
    onResize(element, () => autofit && fit()),
    onThemeChange(() => apply(terminal, settings, frame)),
    onVisible(element, (visible) => (visible ? webgl.attach() : webgl.detach())),
  ];
  const listen = (event) => (callback) => {
    const subscription = event(callback);
    return () => subscription.dispose();
  };

  return {
    write: (bytes, callback) => terminal.write(bytes, callback),
    reset: () => {
      commands.forget();
      terminal.reset();
    },
    clear: () => terminal.clear(),
    size,
    fit,
    setAutofit: (on) => {
      autofit = on;
      if (on) fit();
    },
    resize: (cols, rows) => terminal.resize(cols, rows),
    onResize: (callback) => {
      resized.add(callback);
      return () => resized.delete(callback);
    },
    onTitle: listen(terminal.onTitleChange),
    onBell: bell.onBell,
    focus: () => terminal.focus(),
    blur: () => terminal.blur(),
    configure,
    copy: clipboard.copy,
    paste: clipboard.paste,
    hasSelection: () => terminal.hasSelection(),
    selection: () => terminal.getSelection(),
    text: () => screenText(terminal),
    renderer: () => webgl.name(),
    ...input.functions,
    ...finder.functions,
    ...questions.functions,
    ...gutter.functions,
    onCommandEnded: commands.onEnded,
    jumpToCommand: commands.jump,
    releaseCommand: () => {
      commands.select(undefined);
      terminal.scrollToBottom();
    },
    commandOutput: () => {
      const command = commands.shown() ?? commands.ran().at(-1);
      return command ? commands.outputOf(command) : undefined;
    },
    commandCwd: commands.cwd,
    typeLine: commands.type,
    dispose: () => {
      gone = true;
      stops.forEach((stop) => stop());
      [input, bell, clipboard, questions, gutter, commands].forEach((part) => part.dispose());
      webgl.detach();
      resized.clear();
      terminal.dispose();
    },
  };
}

/** Runs it when the page has nothing better to do; without it the terminal is whole all the same. */
function whenIdle(run) {
  const quietly = () => run().catch(() => undefined);
  if (window.requestIdleCallback) requestIdleCallback(quietly, { timeout: 3000 });
  else setTimeout(quietly, 500);
}

/** The lines on screen, without trailing blanks. */
function screenText(terminal) {
  const buffer = terminal.buffer.active;
  const lines = [];
  for (let row = 0; row < terminal.rows; row += 1) {
    lines.push(buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "");
  }
  return lines.join("\n").trimEnd();
}
