/**
 * xterm.js behind plain functions. Importing this module loads its style sheet and the mono font, so that the
 * first `mount` already measures the right cell; `mount` itself is synchronous.
 *
 * Policies held here: OSC 52 (clipboard) is ignored; a link opens only when http, https or mailto, and only after
 * the reader has seen its address; WebGL is used while visible and falls back to the DOM renderer.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { createInput } from "./terminal-input.js";
import { followLink } from "./terminal-links.js";
import { readTheme } from "./terminal-theme.js";
import { attachWebgl } from "./terminal-webgl.js";
import { loadStyle, onResize, onThemeChange, onVisible, prefersReducedMotion, token } from "./page.js";

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const font = () => Promise.all(["400", "600"].map((weight) => document.fonts.load(`${weight} 13px "JetBrains Mono"`)));
await Promise.all([
  loadStyle(new URL("./terminal.css", import.meta.url)),
  Promise.race([font().catch(() => undefined), wait(1500)]),
]);

/**
 * @typedef {Object} TerminalOptions
 * @property {number} [fontSize] pixels, 13 unless given
 * @property {number} [scrollback] lines kept, 5000 unless given
 * @property {boolean} [screenReader] mirror the screen for assistive technology
 * @property {boolean} [autofit] follow the element's size, true unless given; a viewer who does not own the size says false
 * @property {string} [label] accessible name of the input
 */

/**
 * Draws a terminal into an empty element and returns its handle; see README.md for the handle's functions.
 * @param {HTMLElement} element
 * @param {TerminalOptions} [options]
 */
export function mount(element, options = {}) {
  const terminal = new Terminal({
    allowProposedApi: true, // unicode11 is a proposed API
    cursorBlink: !prefersReducedMotion(),
    fontFamily: token("--mono") || "monospace",
    fontSize: options.fontSize ?? 13,
    lineHeight: 1.2,
    linkHandler: { activate: (_event, uri) => followLink(uri), allowNonHttpProtocols: true },
    macOptionIsMeta: true,
    rescaleOverlappingGlyphs: true,
    screenReaderMode: options.screenReader ?? false,
    scrollback: options.scrollback ?? 5000,
    theme: readTheme(element),
  });
  const fitter = new FitAddon();
  terminal.loadAddon(fitter);
  terminal.loadAddon(new WebLinksAddon((_event, uri) => followLink(uri)));
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.parser.registerOscHandler(52, () => true);
  terminal.open(element);
  if (options.label) terminal.textarea?.setAttribute("aria-label", options.label);

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

  const input = createInput(terminal);
  const webgl = attachWebgl(terminal);
  const stops = [
    onResize(element, () => autofit && fit()),
    onThemeChange(() => (terminal.options.theme = readTheme(element))),
    onVisible(element, (visible) => (visible ? webgl.attach() : webgl.detach())),
  ];
  const listen = (event) => (callback) => {
    const subscription = event(callback);
    return () => subscription.dispose();
  };

  return {
    write: (bytes, callback) => terminal.write(bytes, callback),
    reset: () => terminal.reset(),
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
    onBell: listen((callback) => terminal.onBell(() => callback())),
    focus: () => terminal.focus(),
    blur: () => terminal.blur(),
    setTheme: (theme) => (terminal.options.theme = theme ?? readTheme(element)),
    setFontSize: (pixels) => {
      terminal.options.fontSize = pixels;
      if (autofit) fit();
    },
    setScreenReader: (on) => (terminal.options.screenReaderMode = on),
    hasSelection: () => terminal.hasSelection(),
    selection: () => terminal.getSelection(),
    text: () => screenText(terminal),
    renderer: () => webgl.name(),
    ...input.functions,
    dispose: () => {
      stops.forEach((stop) => stop());
      input.dispose();
      webgl.detach();
      resized.clear();
      terminal.dispose();
    },
  };
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
