/**
 * What every adapter needs to know about the page around it: its style sheet, its design tokens as concrete
 * colours, when the theme changes, and what the reader's system asks for.
 */

/** Adds a style sheet once and resolves when it applies (or failed: a chart without its sheet still draws). */
export function loadStyle(url) {
  const href = String(url);
  const present = [...document.styleSheets].some((sheet) => sheet.href === href);
  if (present) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** The address of a bundle beside `base`, with the same version. */
export function sibling(name, base) {
  const url = new URL(`./${name}`, base);
  url.search = new URL(base).search;
  return url.href;
}

/** The text of a custom property as it applies to `element`. */
export function token(name, element = document.documentElement) {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A token as `#rrggbbaa`, whatever colour space it is written in: neither xterm.js nor old canvases read oklch. */
export function colour(name, element) {
  const value = token(name, element);
  if (!value || !pen) return undefined;
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = "#000";
  pen.fillStyle = value;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
  return "#" + [r, g, b, a].map((part) => part.toString(16).padStart(2, "0")).join("");
}

/** The same colour with another opacity (0 to 1). */
export function faded(hex, alpha) {
  return hex.slice(0, 7) + Math.round(alpha * 255).toString(16).padStart(2, "0");
}

/** Calls back after each change of theme; returns the function that stops it. */
export function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

/** Calls back with `true` while the element is on screen in a tab that is shown. */
export function onVisible(element, callback) {
  let inView = false;
  let last;
  const tell = () => {
    const now = inView && document.visibilityState === "visible";
    if (now !== last) callback((last = now));
  };
  const observer = new IntersectionObserver((entries) => {
    inView = entries.at(-1)?.isIntersecting ?? false;
    tell();
  });
  observer.observe(element);
  document.addEventListener("visibilitychange", tell);
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}

/** Calls back at most once per frame after the element changed its size. */
export function onResize(element, callback) {
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(callback);
  });
  observer.observe(element);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
}

export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
