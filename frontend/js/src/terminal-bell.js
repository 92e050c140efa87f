/**
 * BEL: a flash of the frame's edge, a beep, and whoever listens. Programs can ring as fast as they write, so rings
 * within 400 ms are one: no more than three flashes a second (WCAG 2.3.1). A replayed snapshot does not ring.
 */
import { prefersReducedMotion } from "./page.js";

const QUIET = 400;
const FLASH = 160;
/** Where the device asks for less motion the edge stays lit a while instead of flashing. */
const STEADY = 700;

export function createBell(terminal, frame, isMuted) {
  const rung = new Set();
  let style = "visual";
  let last = -QUIET;
  let off = 0;
  let audio;

  const flash = () => {
    clearTimeout(off);
    frame.dataset.bell = "";
    off = setTimeout(() => delete frame.dataset.bell, prefersReducedMotion() ? STEADY : FLASH);
  };
  const beep = () => {
    audio ??= new AudioContext();
    audio.resume().catch(() => undefined);
    const [tone, volume, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.06, now);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.12);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.12);
  };
  const subscription = terminal.onBell(() => {
    const now = performance.now();
    if (isMuted() || now - last < QUIET) return;
    last = now;
    for (const callback of rung) callback();
    if (style === "visual" || style === "both") flash();
    if (style === "sound" || style === "both") beep();
  });

  return {
    setStyle: (wanted) => (style = wanted),
    onBell: (callback) => {
      rung.add(callback);
      return () => rung.delete(callback);
    },
    dispose: () => {
      subscription.dispose();
      clearTimeout(off);
      rung.clear();
      audio?.close().catch(() => undefined);
    },
  };
}
