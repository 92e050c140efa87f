/**
 * What stands over the cells: a mark beside each command in view, and what the history suggests behind the cursor. Both
 * are elements of the frame, placed again when the screen was drawn.
 */
/** A suggestion is not looked for in less. */
const LEAST = 2;

const seconds = (took) => {
  if (took === undefined) return "";
  if (took < 1000) return `, ${Math.round(took)} ms`;
  if (took < 60_000) return `, ${(took / 1000).toFixed(1)} s`;
  return `, ${Math.floor(took / 60_000)} min ${Math.round((took % 60_000) / 1000)} s`;
};

/** Of a command: how it went, and that in words. */
export function stateOf(command) {
  if (command.running) return ["running", "runs"];
  if (command.exit === undefined) return ["unknown", `ended${seconds(command.took)}`];
  return command.exit === 0 ? ["ok", `succeeded${seconds(command.took)}`] : ["failed", `exit ${command.exit}${seconds(command.took)}`];
}

export function createGutter(terminal, frame, element, commands) {
  const gutter = document.createElement("div");
  gutter.className = "terminal-gutter";
  const ghost = document.createElement("span");
  ghost.className = "terminal-ghost";
  ghost.hidden = true;
  // Who hears the line hears what is typed; a suggestion would be read out with each key.
  ghost.setAttribute("aria-hidden", "true");
  frame.append(gutter, ghost);
  const buttons = [];
  let suggestions = [];
  let wanted = false;
  let rest = "";
  let shown = () => undefined;
  let last = "";
  let due;

  const button = (index) => {
    if (!buttons[index]) {
      const mark = document.createElement("button");
      mark.type = "button";
      mark.className = "terminal-mark";
      mark.tabIndex = -1;
      // The emulator keeps the focus.
      mark.addEventListener("pointerdown", (event) => event.preventDefault());
      mark.addEventListener("click", () => commands.select(commands.selected() === mark.about ? undefined : mark.about));
      gutter.append(mark);
      buttons[index] = mark;
    }
    return buttons[index];
  };
  const geometry = () => {
    const screen = element.querySelector(".xterm-screen");
    const [box, outer] = [screen?.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (!box?.height) return undefined;
    return { left: box.left - outer.left, top: box.top - outer.top, width: box.width / terminal.cols, height: box.height / terminal.rows };
  };
  const drawMarks = (cell) => {
    const buffer = terminal.buffer.active;
    const rows = (command) => command.prompt.line - buffer.viewportY;
    const inView = buffer.type === "normal" ? commands.ran().filter((each) => rows(each) >= 0 && rows(each) < terminal.rows) : [];
    inView.forEach((command, index) => {
      const mark = button(index);
      const [state, words] = stateOf(command);
      mark.about = command;
      mark.hidden = false;
      mark.dataset.state = state;
      mark.toggleAttribute("data-selected", commands.selected() === command);
      const label = `${command.line.slice(0, 200) || "A command"}: ${words}`;
      if (mark.title !== label) {
        mark.title = label;
        mark.setAttribute("aria-label", label);
      }
      mark.style.top = `${cell.top + rows(command) * cell.height}px`;
      mark.style.height = `${cell.height}px`;
    });
    buttons.slice(inView.length).forEach((mark) => (mark.hidden = true));
  };
  const suggestion = () => {
    const buffer = terminal.buffer.active;
    if (!wanted || buffer.type !== "normal" || buffer.viewportY !== buffer.baseY || terminal.hasSelection()) return "";
    const typed = commands.typed();
    if (!typed || typed.trim().length < LEAST) return "";
    const fits = suggestions.filter(({ line }) => line.length > typed.length && line.startsWith(typed));
    const best = fits.find(({ cwd }) => cwd === commands.cwd()) ?? fits[0];
    return best ? best.line.slice(typed.length) : "";
  };
  const drawGhost = (cell) => {
    rest = suggestion();
    ghost.hidden = !rest;
    if (!rest) return;
    const { cursorX, cursorY } = terminal.buffer.active;
    ghost.textContent = rest.slice(0, commands.room());
    Object.assign(ghost.style, {
      left: `${cell.left + cursorX * cell.width}px`,
      top: `${cell.top + cursorY * cell.height}px`,
      height: `${cell.height}px`,
      lineHeight: `${cell.height}px`,
      fontFamily: terminal.options.fontFamily,
      fontSize: `${terminal.options.fontSize}px`,
      letterSpacing: `${terminal.options.letterSpacing}px`,
    });
  };
  const tellShown = () => {
    const command = commands.shown();
    const told = command ? [command.line, stateOf(command)[0], stateOf(command)[1], commands.selected() === command] : ["", "", "", false];
    const key = told.join("\0");
    if (key !== last) shown(...told);
    last = key;
  };
  const draw = () => {
    due = undefined;
    const cell = geometry();
    if (!cell) return;
    drawMarks(cell);
    drawGhost(cell);
    tellShown();
  };
  const soon = () => (due ??= requestAnimationFrame(draw));
  const accept = () => {
    if (ghost.hidden || !rest) return false;
    terminal.input(rest, true);
    rest = "";
    ghost.hidden = true;
    return true;
  };
  ghost.addEventListener("pointerdown", (event) => event.preventDefault());
  ghost.addEventListener("click", accept);
  const subscriptions = [terminal.onRender(soon), terminal.onScroll(soon), terminal.onResize(soon), terminal.onSelectionChange(soon)];
  commands.onChange(soon);

  return {
    accept,
    setWanted: (on) => {
      wanted = on;
      soon();
    },
    /** Where a key would take the suggestion. */
    takes: (event) => !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && ["ArrowRight", "End"].includes(event.key),
    functions: {
      suggest: (lines, places) => {
        suggestions = lines.map((line, index) => ({ line, cwd: places[index] }));
        soon();
      },
      onCommand: (callback) => {
        shown = callback;
        last = "";
        soon();
      },
    },
    dispose: () => {
      cancelAnimationFrame(due);
      subscriptions.forEach((each) => each.dispose());
      shown = () => undefined;
      gutter.remove();
      ghost.remove();
    },
  };
}
