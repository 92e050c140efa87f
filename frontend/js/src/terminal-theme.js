/** The terminal's colours, read from the `--term-*` tokens. */
import { colour } from "./page.js";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

export function readTheme(element) {
  const theme = {
    background: colour("--term-background", element),
    foreground: colour("--term-foreground", element),
    cursor: colour("--term-cursor", element),
    cursorAccent: colour("--term-background", element),
    selectionBackground: colour("--term-selection", element),
    scrollbarSliderBackground: colour("--term-scrollbar", element),
    scrollbarSliderHoverBackground: colour("--term-scrollbar-hover", element),
    scrollbarSliderActiveBackground: colour("--term-scrollbar-hover", element),
  };
  for (const name of NAMES) {
    theme[name] = colour(`--term-${name}`, element);
    theme[`bright${name[0].toUpperCase()}${name.slice(1)}`] = colour(`--term-bright-${name}`, element);
  }
  return theme;
}
