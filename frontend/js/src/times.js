/** Times as the reader wants them written: the page says so on its root; otherwise it is as the browser says. */

const kept = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function formatter(options) {
  const { timeZone, locale } = document.documentElement.dataset;
  const key = JSON.stringify([timeZone, locale, options]);
  if (!kept.has(key)) {
    // A handful of options in one style or two; never more than a page asks for.
    if (kept.size > 32) kept.clear();
    kept.set(key, make(locale, timeZone, options));
  }
  return kept.get(key);
}

function make(locale, timeZone, options) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat(undefined, options); // a zone newer than this browser
  }
}

/** @param {number} seconds since 1970 */
export const written = (seconds, options) => formatter(options).format(seconds * 1000);

/** Hours, minutes and seconds on the reader's clock, two digits each. */
export function clock(seconds) {
  const parts = formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", numberingSystem: "latn" });
  const part = Object.fromEntries(parts.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]));
  return [part.hour, part.minute, part.second].map((digits) => digits.padStart(2, "0"));
}
