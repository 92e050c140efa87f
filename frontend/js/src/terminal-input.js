/**
 * What leaves the terminal: typed text as UTF-8 bytes, mouse reports as raw bytes, the phone's key bar with its
 * sticky Ctrl and Alt. Nothing leaves while muted: a replayed snapshot can contain questions (cursor position, device
 * attributes) that were answered when they were first asked.
 *
 * All keys belong to the shell but the page's own chords (`onShortcut`) and those of the clipboard: Ctrl-Shift-C and
 * Ctrl-Insert copy, Ctrl-Shift-V and Shift-Insert paste; and right and end while there is a suggestion to take.
 */
const CURSOR = { up: "A", down: "B", right: "C", left: "D", home: "H", end: "F" };
const FIXED = { escape: "\x1b", tab: "\t", enter: "\r", backspace: "\x7f", delete: "\x1b[3~", pageup: "\x1b[5~", pagedown: "\x1b[6~" };

export function createInput(terminal, copy, gutter) {
  const utf8 = new TextEncoder();
  const typed = new Set();
  const raw = new Set();
  const released = new Set();
  let shortcut = () => false;
  let muted = false;
  let ctrl = false;
  let alt = false;

  const release = () => {
    if (!ctrl && !alt) return;
    ctrl = alt = false;
    for (const callback of released) callback();
  };
  const modified = (text) => {
    let out = text;
    if (ctrl && out.length === 1) {
      const code = out.toUpperCase().charCodeAt(0);
      if (code >= 0x40 && code <= 0x5f) out = String.fromCharCode(code & 0x1f);
      else if (code === 0x20) out = "\0";
    }
    return alt ? `\x1b${out}` : out;
  };
  const send = (text) => {
    if (muted) return;
    const bytes = utf8.encode(modified(text));
    release();
    for (const callback of typed) callback(bytes);
  };
  const sequence = (name) => {
    const letter = CURSOR[name];
    if (!letter) return FIXED[name] ?? name;
    const modifier = 1 + (alt ? 2 : 0) + (ctrl ? 4 : 0);
    if (modifier > 1) {
      release();
      return `\x1b[1;${modifier}${letter}`;
    }
    return `\x1b${terminal.modes.applicationCursorKeysMode ? "O" : "["}${letter}`;
  };
  const subscriptions = [
    terminal.onData(send),
    terminal.onBinary((text) => {
      if (muted) return;
      const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0) & 0xff);
      for (const callback of raw) callback(bytes);
    }),
  ];
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type === "keydown" && (shortcut(event) || (gutter.takes(event) && gutter.accept()))) {
      event.preventDefault();
      return false;
    }
    const copies = event.ctrlKey && ((event.shiftKey && event.code === "KeyC") || (!event.shiftKey && event.code === "Insert"));
    if (copies) {
      event.preventDefault();
      if (event.type === "keydown") copy().catch(() => undefined);
      return false;
    }
    // Left to the browser, whose paste event the clipboard takes.
    const pastes = (event.ctrlKey && event.shiftKey && event.code === "KeyV") || (event.shiftKey && !event.ctrlKey && event.code === "Insert");
    return !pastes;
  });
  const on = (set) => (callback) => {
    set.add(callback);
    return () => set.delete(callback);
  };

  return {
    isMuted: () => muted,
    dispose: () => {
      subscriptions.forEach((subscription) => subscription.dispose());
      [typed, raw, released].forEach((set) => set.clear());
      shortcut = () => false;
    },
    functions: {
      onData: on(typed),
      onBinary: on(raw),
      onModifiersReleased: on(released),
      onShortcut: (callback) => (shortcut = callback),
      muted: (on) => (muted = on),
      key: (name) => {
        if (!(["right", "end"].includes(name) && gutter.accept())) terminal.input(sequence(name), true);
      },
      setModifiers: (withCtrl, withAlt) => ([ctrl, alt] = [withCtrl, withAlt]),
    },
  };
}
