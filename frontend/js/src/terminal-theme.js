/**
 * A terminal's colours: Nova's own from the `--term-*` tokens, or a palette. The frame around the emulator gets the
 * palette's ground, so that the padding has the terminal's colour.
 *
 * @typedef {{ tokens: "light"|"dark" } | { background: string, foreground: string, cursor: string, selection: string, ansi: string[] }} Colours
 */
import { colour, faded } from "./page.js";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const bright = (name) => `bright${name[0].toUpperCase()}${name.slice(1)}`;

/** @param {Colours} colours */
export function themeOf(colours, frame) {
  if (colours.tokens) {
    frame.style.removeProperty("--term-background");
    frame.dataset.term = colours.tokens;
    return fromTokens(frame);
  }
  frame.style.setProperty("--term-background", colours.background);
  return fromPalette(colours);
}

function fromTokens(frame) {
  const theme = {
    background: colour("--term-background", frame),
    foreground: colour("--term-foreground", frame),
    cursor: colour("--term-cursor", frame),
    cursorAccent: colour("--term-background", frame),
    selectionBackground: colour("--term-selection", frame),
    scrollbarSliderBackground: colour("--term-scrollbar", frame),
    scrollbarSliderHoverBackground: colour("--term-scrollbar-hover", frame),
    scrollbarSliderActiveBackground: colour("--term-scrollbar-hover", frame),
  };
  for (const name of NAMES) {
    theme[name] = colour(`--term-${name}`, frame);
    theme[bright(name)] = colour(`--term-bright-${name}`, frame);
  }
  return theme;
}

function fromPalette({ background, foreground, cursor, selection, ansi }) {
  const theme = {
    background,
    foreground,
    cursor,
    cursorAccent: background,
    selectionBackground: selection,
    scrollbarSliderBackground: faded(foreground, 0.3),
    scrollbarSliderHoverBackground: faded(foreground, 0.5),
    scrollbarSliderActiveBackground: faded(foreground, 0.5),
  };
  NAMES.forEach((name, index) => {
    theme[name] = ansi[index];
    theme[bright(name)] = ansi[index + 8];
  });
  return theme;
}

/** `#rrggbb` between two colours; `share` of the second, 0 to 1. */
export function mixed(first, second, share) {
  const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const [from, to] = [parts(first), parts(second)];
  return "#" + from.map((part, index) => Math.round(part + (to[index] - part) * share).toString(16).padStart(2, "0")).join("");
}
