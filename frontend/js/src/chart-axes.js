/** The two axes: quiet lines, 24-hour time of the reader, ticks at round numbers of the unit. */
import { colour, token } from "./page.js";
import { clock as onClock, written } from "./times.js";
import { tick } from "./units.js";

const DECIMAL = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...[1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((n) => [n, 2 * n, 5 * n])];
const BINARY = Array.from({ length: 52 }, (_, power) => 2 ** power);
const PERCENT = [0.1, 0.2, 0.5, 1, 2, 5, 10, 25, 50];

const binary = (unit) => unit === "bytes" || unit === "rate";

/** The upper end: a little air, then the next round number. */
function ceiling(unit, max) {
  if (!(max > 0)) return binary(unit) ? 1024 : 1;
  const wanted = max * 1.05;
  const step = (binary(unit) ? BINARY : DECIMAL).findLast((candidate) => candidate <= wanted / 2) ?? wanted;
  return Math.ceil(wanted / step) * step;
}

export function scales(options, unit) {
  const fixedTop = options.max ?? (unit === "percent" ? 100 : undefined);
  return {
    x: { time: true },
    y: {
      range: (_plot, _min, max) => [options.min ?? 0, fixedTop ?? ceiling(unit, max)],
    },
  };
}

/** A label says only what the step between two ticks makes interesting. */
function clock(_plot, splits, _axis, _space, step) {
  return splits.map((seconds) => {
    const [hour, minute, second] = onClock(seconds);
    const time = `${hour}:${minute}`;
    if (step >= 86400 || time === "00:00") return written(seconds, { day: "numeric", month: "short" });
    return step < 60 ? `${time}:${second}` : time;
  });
}

export function axes(element, unit) {
  const font = () => `11px ${token("--sans", element) || "sans-serif"}`;
  const shared = {
    font: font(),
    stroke: () => colour("--text-3", element),
    ticks: { show: false },
  };
  return [
    { ...shared, size: 28, gap: 8, space: 56, grid: { show: false }, values: clock },
    {
      ...shared,
      size: binary(unit) ? 72 : 48,
      gap: 8,
      space: 36,
      incrs: unit === "percent" ? PERCENT : binary(unit) ? BINARY : DECIMAL,
      grid: { stroke: () => colour("--line", element), width: 1 },
      values: (_plot, splits) => splits.map((value) => tick(unit, value)),
    },
  ];
}
