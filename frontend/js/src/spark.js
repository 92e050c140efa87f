/** A sparkline: a line and a soft area to the element's edges, no axes, nothing to point at. */
import { colour, faded, onResize, onThemeChange } from "./page.js";

const KEPT = 90;

/**
 * @param {HTMLElement} element empty; its size is the drawing's
 * @param {{ color?: string, min?: number, max?: number }} [options] `color` is a custom property; without `max`
 *   the top is a little over the highest value
 * @returns {{ setData(values: ArrayLike<number>): void, push(value: number): void, dispose(): void }}
 */
export function spark(element, options = {}) {
  const canvas = document.createElement("canvas");
  canvas.className = "spark__canvas";
  canvas.setAttribute("aria-hidden", "true");
  element.replaceChildren(canvas);
  const pen = canvas.getContext("2d");
  let values = [];
  let frame = 0;

  const draw = () => {
    frame = 0;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (!pen || !width || !height) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.scale(ratio, ratio);
    const known = values.filter(Number.isFinite);
    if (known.length < 2) return;
    const low = options.min ?? 0;
    const high = options.max ?? Math.max(...known) * 1.1;
    const span = high - low || 1;
    const x = (index) => (index * width) / (values.length - 1);
    const y = (value) => height - 1 - ((value - low) / span) * (height - 3);
    const stroke = colour(options.color ?? "--c-1", element) ?? "#888888ff";
    for (const [from, to] of runs(values)) {
      const line = new Path2D();
      for (let index = from; index <= to; index += 1) line.lineTo(x(index), y(values[index]));
      const area = new Path2D(line);
      area.lineTo(x(to), height);
      area.lineTo(x(from), height);
      pen.fillStyle = faded(stroke, 0.13);
      pen.fill(area);
      pen.lineWidth = 1.5;
      pen.lineJoin = "round";
      pen.strokeStyle = stroke;
      pen.stroke(line);
    }
  };
  const schedule = () => (frame ||= requestAnimationFrame(draw));
  const stops = [onResize(element, schedule), onThemeChange(schedule)];

  return {
    setData: (next) => {
      values = Array.from(next).slice(-KEPT);
      schedule();
    },
    push: (value) => {
      values.push(value);
      if (values.length > KEPT) values.shift();
      schedule();
    },
    dispose: () => {
      cancelAnimationFrame(frame);
      stops.forEach((stop) => stop());
      element.replaceChildren();
    },
  };
}

/** The stretches without a gap, as pairs of first and last index. */
function* runs(values) {
  let from = -1;
  for (let index = 0; index <= values.length; index += 1) {
    const known = Number.isFinite(values[index]);
    if (known && from < 0) from = index;
    if (!known && from >= 0) {
      yield [from, index - 1];
      from = -1;
    }
  }
}
