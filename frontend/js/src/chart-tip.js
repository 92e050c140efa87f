/** The box beside the cursor: the time, and every series' value at it. */
import { written } from "./times.js";
import { format } from "./units.js";

export function createTip(series, unit) {
  let columns = () => [[]];
  const box = document.createElement("div");
  box.className = "chart-tip";
  box.hidden = true;
  const time = document.createElement("div");
  time.className = "chart-tip__time";
  const values = series.map((one) => {
    const row = document.createElement("div");
    row.className = "chart-tip__row";
    row.style.setProperty("--series", `var(${one.color})`);
    const label = document.createElement("span");
    label.textContent = one.label;
    const value = document.createElement("span");
    value.className = "chart-tip__value";
    row.append(label, value);
    return { row, value };
  });
  box.append(time, ...values.map(({ row }) => row));

  const show = (plot) => {
    const { idx, left } = plot.cursor;
    // A synced cursor also moves here; the box belongs to the chart under the pointer alone.
    const here = plot.over.matches(":hover");
    const at = idx == null ? undefined : columns()[0][idx];
    box.hidden = !here || left < 0 || at === undefined;
    if (box.hidden) return;
    time.textContent = written(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    values.forEach(({ row, value }, index) => {
      row.hidden = plot.series[index + 1].show === false;
      value.textContent = format(series[index].unit ?? unit, columns()[index + 1]?.[idx]);
    });
    const flip = left > plot.over.clientWidth / 2;
    box.style.transform = `translateX(${Math.round(left + (flip ? -12 : 12))}px) translateX(${flip ? "-100%" : "0"})`;
  };

  return {
    plugin: {
      hooks: {
        init: (plot) => {
          plot.over.append(box);
          plot.over.addEventListener("mouseleave", () => (box.hidden = true));
        },
        setCursor: show,
      },
    },
    follow: (source) => (columns = source),
  };
}
