/**
 * Time series on uPlot, and sparklines on a bare canvas. Importing this module loads its style sheet.
 * Colours are token names ("--c-1"), read again whenever the theme changes; numbers are IEC and tabular.
 */
import uPlot from "uplot";
import { axes, scales } from "./chart-axes.js";
import { createLegend } from "./chart-legend.js";
import { createSeries } from "./chart-series.js";
import { createTip } from "./chart-tip.js";
import { loadStyle, onResize, onThemeChange, onVisible } from "./page.js";

export { spark } from "./spark.js";

await loadStyle(new URL("./chart.css", import.meta.url));

/** Charts that share a cursor also let go of their zoom together: sync word → their resets. */
const shared = new Map();

/** Points kept by `push`: ten minutes at one a second. */
const KEPT = 600;

/**
 * @typedef {Object} Series
 * @property {string} label
 * @property {string} color a custom property, "--c-1"
 * @property {boolean} [fill] a soft area under the line
 * @property {"percent"|"bytes"|"rate"|"number"} [unit] the chart's unless given
 *
 * @typedef {Object} ChartOptions
 * @property {Series[]} series
 * @property {"percent"|"bytes"|"rate"|"number"} [unit] of the axis, "number" unless given
 * @property {number} [height] pixels; the element's own height unless given
 * @property {boolean} [stacked] series lie on top of each other
 * @property {number} [min] @property {number} [max] fixed ends of the axis; a percent axis is 0–100
 * @property {string|null} [sync] charts with the same word share their cursor and zoom; "nova" unless given
 */

/**
 * Draws a chart into an empty element and returns its handle; see README.md for the handle's functions.
 * @param {HTMLElement} element
 * @param {ChartOptions} options
 */
export function mount(element, options) {
  const unit = options.unit ?? "number";
  const series = createSeries(options);
  const zoomed = new Set();
  let columns = [[], ...options.series.map(() => [])];
  let zoom = false;
  let visible = true;
  let stale = false;
  let frame = 0;

  element.classList.add("chart-host");
  const legend = createLegend(options.series, unit, (index, shown) => plot.setSeries(index + 1, { show: shown }));
  const stage = document.createElement("div");
  stage.className = "chart-host__plot";
  element.replaceChildren(legend.element, stage);
  const tip = createTip(options.series, unit);

  const setZoom = (on) => {
    if (zoom === on) return;
    zoom = on;
    element.toggleAttribute("data-zoomed", on);
    for (const callback of zoomed) callback(on);
  };
  const box = () => ({
    width: Math.max(stage.clientWidth, 80),
    height: Math.max(options.height ?? stage.clientHeight, 80),
  });
  const sync = options.sync === undefined ? "nova" : options.sync;
  const plot = new uPlot(
    {
      ...box(),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 7 },
        drag: { x: true, y: false, setScale: true },
        ...(sync ? { sync: { key: sync, setSeries: false } } : {}),
      },
      scales: scales(options, unit),
      axes: axes(element, unit),
      series: [{}, ...series.described(element)],
      bands: series.bands,
      plugins: [tip.plugin],
      hooks: {
        setCursor: [(self) => legend.show(columns, self.cursor.idx)],
        setSelect: [(self) => self.select.width > 0 && setZoom(true)],
      },
    },
    series.drawn(columns),
    stage,
  );
  tip.follow(() => columns);

  const draw = () => {
    frame = 0;
    if (!visible) return void (stale = true);
    stale = false;
    plot.setData(series.drawn(columns), !zoom);
    if (zoom) plot.redraw(false);
    legend.show(columns, plot.cursor.idx);
  };
  const schedule = () => (frame ||= requestAnimationFrame(draw));
  const resetZoom = () => {
    setZoom(false);
    schedule();
  };
  const peers = sync ? (shared.get(sync) ?? new Set()) : new Set();
  if (sync) shared.set(sync, peers);
  peers.add(resetZoom);
  stage.addEventListener("dblclick", () => peers.forEach((reset) => reset()));

  const stops = [
    onResize(stage, () => plot.setSize(box())),
    onVisible(stage, (now) => {
      visible = now;
      if (now && stale) schedule();
    }),
    onThemeChange(() => {
      series.repaint(plot, element);
      plot.redraw(false, true);
      legend.repaint();
    }),
  ];

  return {
    setData: (times, values) => {
      columns = [Array.from(times), ...values.map(withGaps)];
      schedule();
    },
    push: (time, values) => {
      columns[0].push(time);
      values.forEach((value, index) => columns[index + 1]?.push(gap(value)));
      const surplus = columns[0].length - KEPT;
      if (surplus > 0) columns.forEach((column) => column.splice(0, surplus));
      schedule();
    },
    onZoom: (callback) => {
      zoomed.add(callback);
      return () => zoomed.delete(callback);
    },
    resetZoom,
    isZoomed: () => zoom,
    dispose: () => {
      cancelAnimationFrame(frame);
      stops.forEach((stop) => stop());
      zoomed.clear();
      peers.delete(resetZoom);
      plot.destroy();
      element.replaceChildren();
    },
  };
}

const gap = (value) => (value == null || Number.isNaN(value) ? null : value);
const withGaps = (values) => Array.from(values, gap);
