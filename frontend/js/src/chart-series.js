/** Lines and areas: how each series is drawn, and the running sums of a stacked chart. */
import { colour, faded } from "./page.js";

export function createSeries(options) {
  const paint = (one, element) => {
    const stroke = colour(one.color, element) ?? "#888888ff";
    const filled = one.fill || options.stacked;
    return { stroke, fill: filled ? faded(stroke, options.stacked ? 0.22 : 0.12) : undefined };
  };

  return {
    described: (element) =>
      options.series.map((one) => ({
        label: one.label,
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        ...paint(one, element),
      })),
    // The area of a stacked series ends where the one below it begins.
    bands: options.stacked ? options.series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
    drawn: (columns) => (options.stacked ? summed(columns) : columns),
    repaint: (plot, element) =>
      options.series.forEach((one, index) => {
        const { stroke, fill } = paint(one, element);
        plot.series[index + 1].stroke = () => stroke;
        plot.series[index + 1].fill = () => fill;
      }),
  };
}

function summed([times, ...values]) {
  const sums = new Array(times.length).fill(0);
  return [
    times,
    ...values.map((column) => column.map((value, index) => (value == null ? null : (sums[index] += value)))),
  ];
}
