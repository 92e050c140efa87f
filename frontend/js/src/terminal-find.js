/** Search in the scrollback. The addon is loaded at the first search; see terminal-search.js. */
import { sibling } from "./page.js";
import { mixed } from "./terminal-theme.js";

export function createFinder(terminal) {
  let addon;
  let found = () => undefined;

  const load = async () => {
    if (addon) return;
    const { LIMIT, SearchAddon } = await import(sibling("terminal-search.js", import.meta.url));
    if (addon) return;
    addon = new SearchAddon({ highlightLimit: LIMIT });
    terminal.loadAddon(addon);
    addon.onDidChangeResults(({ resultIndex, resultCount }) => found(resultIndex, resultCount));
  };
  const decorations = () => {
    const { background, yellow } = terminal.options.theme;
    const [ground, mark] = [background.slice(0, 7), yellow.slice(0, 7)];
    return {
      matchBackground: mixed(ground, mark, 0.3),
      matchOverviewRuler: mark,
      activeMatchBackground: mixed(ground, mark, 0.55),
      activeMatchBorder: mark,
      activeMatchColorOverviewRuler: mark,
    };
  };
  const clear = () => {
    addon?.clearDecorations();
    terminal.clearSelection();
    found(-1, 0);
  };

  return {
    functions: {
      /** Called with the index of the match in view (-1: beyond what is counted) and how many there are. */
      onFound: (callback) => (found = callback),
      /**
       * @param {string} term
       * @param {{ caseSensitive: boolean, wholeWord: boolean, regex: boolean }} how
       * @param {"typed"|"next"|"previous"} step
       * @returns {Promise<string>} what is wrong with the pattern, or nothing
       */
      find: async (term, how, step) => {
        if (!term) {
          clear();
          return "";
        }
        if (how.regex) {
          try {
            new RegExp(term);
          } catch (error) {
            clear();
            return String(error.message).replace(/^.*?\/: /, "") || "It cannot be read";
          }
        }
        await load();
        const options = { ...how, decorations: decorations(), incremental: step === "typed" };
        const hit = step === "previous" ? addon.findPrevious(term, options) : addon.findNext(term, options);
        if (!hit) found(-1, 0);
        return "";
      },
      endFind: clear,
    },
  };
}
