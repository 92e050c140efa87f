/**
 * Between the clipboard and the shell, both ways.
 *
 * In: pasted text loses its control characters (an ESC could end the brackets around a paste, or speak to the terminal),
 * is refused over 1 MB, and is shown first when it has several lines and the program would run each at once.
 * Out: selecting copies where the reader wants it, and OSC 52 writes after the reader has allowed it once. Reading the
 * clipboard by OSC 52 is never answered: what is on it is no program's business.
 */
const MAX_PASTE = 1024 * 1024;
const MAX_WRITE = 100 * 1024;
const SHOWN_LINES = 5;
const SHOWN_CHARACTERS = 400;

/** C0 but tab and line ends, DEL, and C1. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

const bytes = (text) => new TextEncoder().encode(text).length;
const shortened = (text) => (text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
const kilobytes = (count) => `${Math.ceil(count / 1024).toLocaleString("en")} KB`;

export function createClipboard(terminal, element, { ask, tell }, isMuted, allowed) {
  let settings = { copyOnSelect: false, rightClickPaste: false, warnMultiLine: true };
  let mayWrite = allowed;

  const paste = (text) => {
    // The second bound is on what is sent; the first spares encoding what is far too long.
    if (text.length > MAX_PASTE || bytes(text) > MAX_PASTE) {
      return tell("warn", "That is over 1 MB, too much to paste into a terminal. Send it as a file.");
    }
    const clean = text.replace(CONTROL, "");
    if (!clean) return;
    const lines = clean.replace(/\r\n?/g, "\n").split("\n");
    if (lines.length > 1 && settings.warnMultiLine && !terminal.modes.bracketedPasteMode) {
      const count = lines.at(-1) === "" ? lines.length - 1 : lines.length;
      return ask("paste", String(count), shortened(lines.slice(0, SHOWN_LINES).join("\n")), (yes) => yes && terminal.paste(clean));
    }
    terminal.paste(clean);
  };
  const fromClipboard = async () => {
    try {
      paste(await navigator.clipboard.readText());
    } catch {
      tell("warn", "The browser does not let this page read the clipboard. Paste with Ctrl Shift V.");
    }
  };
  const copy = async () => {
    if (!terminal.hasSelection()) return false;
    await navigator.clipboard.writeText(terminal.getSelection());
    return true;
  };

  const write = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      tell("ok", `A program put ${text.length.toLocaleString("en")} characters on the clipboard`);
    } catch {
      tell("warn", "The browser did not let a program’s text reach the clipboard.");
    }
  };
  const osc52 = (data) => {
    const body = data.slice(data.indexOf(";") + 1);
    if (isMuted() || body === "?" || !data.includes(";") || mayWrite === false) return true;
    // Four characters are three bytes.
    if (body.length > (MAX_WRITE / 3) * 4 + 4) {
      tell("warn", `A program wanted to put ${kilobytes((body.length / 4) * 3)} on the clipboard. More than 100 KB is refused.`);
      return true;
    }
    const text = decoded(body);
    if (!text) return true;
    if (mayWrite) write(text);
    else {
      ask("clipboard", String(text.length), shortened(text), (yes) => {
        mayWrite = yes;
        if (yes) write(text);
      });
    }
    return true;
  };

  const onPaste = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    paste(event.clipboardData?.getData("text/plain") ?? "");
  };
  const onMenu = (event) => {
    if (!settings.rightClickPaste) return;
    event.preventDefault();
    event.stopPropagation();
    fromClipboard();
  };
  // Only what the reader selects by hand: a search selects, too.
  let selecting = false;
  const onDown = (event) => (selecting = event.button === 0);
  const onUp = () => {
    if (selecting && settings.copyOnSelect) copy().catch(() => undefined);
    selecting = false;
  };
  element.addEventListener("paste", onPaste, true);
  element.addEventListener("contextmenu", onMenu, true);
  element.addEventListener("mousedown", onDown, true);
  document.addEventListener("mouseup", onUp);
  const handler = terminal.parser.registerOscHandler(52, osc52);

  return {
    configure: (wanted) => (settings = wanted),
    copy,
    paste,
    dispose: () => {
      element.removeEventListener("paste", onPaste, true);
      element.removeEventListener("contextmenu", onMenu, true);
      element.removeEventListener("mousedown", onDown, true);
      document.removeEventListener("mouseup", onUp);
      handler.dispose();
    },
  };
}

/** Base64 of UTF-8, or nothing where it is not. */
function decoded(base64) {
  try {
    const raw = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(raw);
  } catch {
    return "";
  }
}
