/**
 * Output is untrusted: a hyperlink (OSC 8) may say one address and lead to another, so where both differ the reader is
 * asked and sees where it leads. Links open by Ctrl- or ⌘-click, or by a tap where there is no mouse; only http, https
 * and, of hyperlinks, mailto.
 */
import { WebLinksAddon } from "@xterm/addon-web-links";

const ALLOWED = new Set(["http:", "https:", "mailto:"]);
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const isTouch = () => matchMedia("(pointer: coarse)").matches;
const wanted = (event) => event.ctrlKey || event.metaKey || isTouch();

export function createLinks(terminal, element, { ask, tell }) {
  const follow = (uri, shown) => {
    const url = parsed(uri);
    if (!url || !ALLOWED.has(url.protocol)) {
      const scheme = url?.protocol ?? "something that is no address";
      return tell("warn", `A link to ${scheme} was not opened: only http, https and mailto are.`);
    }
    if (parsed(shown)?.href === url.href) return open(url);
    ask("link", url.href, shown.slice(0, 200), (yes) => yes && open(url));
  };
  const hover = (_event, uri) => {
    if (!isTouch()) element.title = `${uri}\n${isMac ? "⌘" : "Ctrl"}-click opens it`;
  };
  const leave = () => element.removeAttribute("title");

  // Addresses in the text are what they say.
  terminal.loadAddon(new WebLinksAddon((event, uri) => wanted(event) && follow(uri, uri), { hover, leave }));
  terminal.options.linkHandler = {
    activate: (event, uri, range) => wanted(event) && follow(uri, textOf(terminal, range)),
    hover,
    leave,
    // The others are refused aloud, in `follow`.
    allowNonHttpProtocols: true,
  };
}

function parsed(text) {
  try {
    return new URL(text.trim());
  } catch {
    return undefined;
  }
}

function open(url) {
  const link = document.createElement("a");
  link.href = url.href;
  link.rel = "noopener noreferrer";
  if (url.protocol !== "mailto:") link.target = "_blank";
  link.click();
}

/** What stands in a range of cells, both ends included. */
function textOf(terminal, { start, end }) {
  let text = "";
  for (let row = start.y; row <= end.y; row += 1) {
    const from = row === start.y ? start.x - 1 : 0;
    const to = row === end.y ? end.x : terminal.cols;
    text += terminal.buffer.active.getLine(row - 1)?.translateToString(true, from, to) ?? "";
  }
  return text;
}
