/**
 * The reader's settings on a terminal that runs. They come as one plain object; only what differs is set, since every
 * option makes the whole screen be drawn again.
 *
 * @typedef {Object} Settings
 * @property {string} fontFamily CSS stack
 * @property {number} fontSize pixels
 * @property {number} lineHeight ratio
 * @property {number} letterSpacing pixels
 * @property {"block"|"bar"|"underline"} cursorStyle
 * @property {boolean} cursorBlink never where the device asks for less motion
 * @property {number} scrollback lines
 * @property {boolean} screenReader
 * @property {number} contrast least ratio, 1 to 21
 * @property {"none"|"visual"|"sound"|"both"} bell
 * @property {boolean} copyOnSelect
 * @property {boolean} rightClickPaste
 * @property {boolean} warnMultiLine
 * @property {boolean} suggestions
 * @property {Colours} light
 * @property {Colours} dark
 * @property {"light"|"dark"} [ground] which of both to show; without it the one of the page's theme
 */
import { prefersReducedMotion } from "./page.js";
import { themeOf } from "./terminal-theme.js";

/** What a terminal starts with until settings arrive. */
export const DEFAULTS = {
  fontFamily: '"JetBrains Mono", ui-monospace, monospace',
  fontSize: 13,
  lineHeight: 1.2,
  letterSpacing: 0,
  cursorStyle: "block",
  cursorBlink: true,
  scrollback: 5000,
  screenReader: false,
  contrast: 1,
  bell: "visual",
  copyOnSelect: false,
  rightClickPaste: false,
  warnMultiLine: true,
  suggestions: false,
  light: { tokens: "dark" },
  dark: { tokens: "dark" },
};

/** The options xterm.js takes from them; `frame` is the element whose ground is the theme's. */
export function optionsOf(settings, frame) {
  const ground = settings.ground ?? (document.documentElement.dataset.theme === "dark" ? "dark" : "light");
  return {
    fontFamily: settings.fontFamily,
    fontSize: settings.fontSize,
    lineHeight: settings.lineHeight,
    letterSpacing: settings.letterSpacing,
    cursorStyle: settings.cursorStyle,
    cursorBlink: settings.cursorBlink && !prefersReducedMotion(),
    scrollback: settings.scrollback,
    screenReaderMode: settings.screenReader,
    minimumContrastRatio: settings.contrast,
    theme: themeOf(settings[ground], frame),
  };
}

/** Sets what differs. */
export function apply(terminal, settings, frame) {
  const wanted = optionsOf(settings, frame);
  for (const [name, value] of Object.entries(wanted)) {
    const same = name === "theme" ? JSON.stringify(terminal.options.theme) === JSON.stringify(value) : terminal.options[name] === value;
    if (!same) terminal.options[name] = value;
  }
}
