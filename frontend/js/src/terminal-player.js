/**
 * Plays recordings of shells in the terminal that draws live ones (terminal.js). Nothing that is played can answer, copy,
 * ring or open anything: the terminal stays muted.
 */
import { onResize, sibling } from "./page.js";
import { createSource } from "./terminal-player-source.js";

/** Silence longer than this is skipped, when that is wanted; this much of it is shown. */
const IDLE = 2000;
const SHOWN = 500;
/** Text drawn at once, at most, in characters. */
const MAX_DRAWN = 256 * 1024;
/** How much of the window a screen may take. */
const MOST = 0.6;
/** How often a recording that goes on is asked for more. */
const LIVE_EVERY = 2000;

/**
 * @param {HTMLElement} element empty; its parent is the frame that the screen is fitted into
 * @param {{ base: string, share?: string, settings?: object, onTick: Function, onState: Function, onIndex: Function, onFail: Function }} options
 */
export async function mount(element, options) {
  const terminals = await import(sibling("terminal.js", import.meta.url));
  const source = createSource(options.base, options.share);
  await source.refresh();
  const terminal = terminals.mount(element, { autofit: false, clipboard: false, settings: { ...options.settings, bell: "none" } });
  terminal.muted(true);
  // It shows, it does not listen: keys are the player's.
  for (const input of element.querySelectorAll("textarea")) {
    input.tabIndex = -1;
    input.disabled = true;
  }
  options.onIndex(JSON.stringify(source.index()));

  let now = 0;
  let speed = 1;
  let skipping = true;
  let state = "paused";
  let gone = false;
  let turn = 0;
  let clock = 0;
  let working = Promise.resolve();
  let asked = 0;

  const length = () => Math.max(source.index().length_ms, now);
  const tick = () => options.onTick(Math.round(now), length());
  const become = (wanted) => {
    if (state === wanted) return;
    state = wanted;
    options.onState(state);
  };
  const fail = (error) => {
    if (gone) return;
    become("paused");
    options.onFail(error.message);
  };
  const screen = element.querySelector(".xterm-screen");
  const scale = () => {
    if (!screen.offsetWidth) return;
    const room = element.parentElement;
    const wide = Math.min(1, room.clientWidth / screen.offsetWidth);
    // A frame that may grow does, up to most of the window.
    room.style.minBlockSize = `${Math.min(screen.offsetHeight * wide, MOST * window.innerHeight)}px`;
    const factor = Math.min(wide, Math.max(0.1, room.clientHeight / screen.offsetHeight));
    element.style.inlineSize = `${screen.offsetWidth}px`;
    element.style.blockSize = `${screen.offsetHeight}px`;
    element.style.transformOrigin = "0 0";
    element.style.transform = `translate(${Math.max(0, (room.clientWidth - screen.offsetWidth * factor) / 2)}px, 0) scale(${factor})`;
  };
  const resize = (cols, rows) => {
    if (!(cols > 0 && rows > 0)) return;
    terminal.resize(cols, rows);
  };
  const utf8 = new TextEncoder();
  const draw = (bytes) => new Promise((done) => terminal.write(bytes, done));
  const show = async (text) => {
    if (text) await draw(utf8.encode(text));
  };

  /** Draws what happened up to `until`; what was read is drawn in pieces, so that the page stays alive. */
  const advance = async (until, mine) => {
    let text = "";
    for (;;) {
      const event = source.ready() ?? (await source.peek());
      if (mine !== turn || gone) return;
      if (!event || event.at > until) break;
      source.take();
      if (event.code === "o") {
        text += event.data;
        if (text.length < MAX_DRAWN) continue;
      }
      await show(text);
      text = "";
      if (mine !== turn || gone) return;
      if (event.code === "r") resize(...event.data.split("x").map(Number));
    }
    await show(text);
  };

  const jump = async (time) => {
    const mine = (turn += 1);
    await working.catch(() => undefined);
    if (mine !== turn || gone) return;
    const target = Math.min(Math.max(0, time), length());
    const key = source.keyframe(target);
    // Forward within what is read needs no new beginning.
    if (target < now || (key && key.t > now) || now === 0) {
      source.begin(key);
      terminal.reset();
      const { cols, rows } = source.index();
      resize(key?.c ?? cols, key?.r ?? rows);
      if (key) await draw(await source.paint(key));
    }
    if (mine !== turn || gone) return;
    await advance(target, mine);
    if (mine !== turn || gone) return;
    now = target;
    clock = performance.now();
    tick();
  };

  const step = async () => {
    const mine = turn;
    const time = performance.now();
    const passed = (time - clock) * speed;
    clock = time;
    let target = now + passed;
    const event = source.ready() ?? (await source.peek());
    if (mine !== turn || gone || state !== "playing") return;
    if (event && skipping && event.at - now > IDLE) target = Math.max(target, event.at - SHOWN);
    if (!event) {
      // Silence at the end is part of it.
      if (target < length() && !skipping) now = target;
      else if (!source.index().live) {
        now = length();
        become("ended");
      } else if (time - asked > LIVE_EVERY) {
        asked = time;
        await source.refresh();
        options.onIndex(JSON.stringify(source.index()));
      }
      return tick();
    }
    await advance(target, mine);
    if (mine !== turn || gone) return;
    // Nothing is drawn ahead of the time that is told.
    now = Math.max(now, source.isAtEnd() ? Math.min(target, length()) : target);
    tick();
  };
  const frame = () => {
    if (gone) return;
    requestAnimationFrame(frame);
    if (state !== "playing" || busy) return;
    busy = true;
    working = step();
    working.catch(fail).finally(() => (busy = false));
  };
  let busy = false;

  // The screen takes on a size when it is next drawn.
  const stops = [onResize(element.parentElement, scale), onResize(screen, scale)];
  requestAnimationFrame(frame);
  await jump(0).catch(fail);
  return {
    play: () => {
      clock = performance.now();
      if (state === "ended") jump(0).then(() => become("playing"), fail);
      else become("playing");
    },
    pause: () => become("paused"),
    seek: (time) => {
      if (state === "ended") become("paused");
      return jump(time).catch(fail);
    },
    setSpeed: (factor) => (speed = factor),
    setSkipping: (on) => (skipping = on),
    now: () => now,
    text: () => terminal.text(),
    dispose: () => {
      gone = true;
      stops.forEach((stop) => stop());
      terminal.dispose();
    },
  };
}
