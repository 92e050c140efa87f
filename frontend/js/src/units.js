/** Numbers as people read them; the same rules as `ui::format` on the Rust side. */

const STEPS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** IEC bytes: one decimal under 100, none above. */
export function bytes(value) {
  let size = Math.abs(value);
  let step = 0;
  while (size >= 1024 && step < STEPS.length - 1) {
    size /= 1024;
    step += 1;
  }
  const digits = step === 0 || size >= 100 || Number.isInteger(size) ? 0 : 1;
  return `${value < 0 ? "−" : ""}${size.toFixed(digits)} ${STEPS[step]}`;
}

function number(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return Number.isInteger(value) ? String(value) : value.toFixed(size < 10 ? 2 : 1);
}

/** @param {"percent"|"bytes"|"rate"|"number"} unit */
export function format(unit, value) {
  if (value == null || Number.isNaN(value)) return "–";
  if (unit === "percent") return `${value.toFixed(1)} %`;
  if (unit === "bytes") return bytes(value);
  if (unit === "rate") return `${bytes(value)}/s`;
  return number(value);
}

/** Shorter, for axes: whole percents. */
export function tick(unit, value) {
  return unit === "percent" ? `${Number(value.toFixed(1))} %` : format(unit, value);
}
