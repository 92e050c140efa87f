/** The row above the plot: one toggle a series, with its value under the cursor or else its latest. */
import { format } from "./units.js";

export function createLegend(series, unit, toggle) {
  const element = document.createElement("div");
  element.className = "chart-legend";
  const values = series.map((one, index) => {
    const item = document.createElement("button");
    item.type = "button";
    item.className = "chart-legend__item";
    item.setAttribute("aria-pressed", "true");
    item.style.setProperty("--series", `var(${one.color})`);
    const label = document.createElement("span");
    label.className = "chart-legend__label";
    label.textContent = one.label;
    const value = document.createElement("span");
    value.className = "chart-legend__value";
    item.append(label, value);
    item.addEventListener("click", () => {
      const shown = item.getAttribute("aria-pressed") !== "true";
      item.setAttribute("aria-pressed", String(shown));
      toggle(index, shown);
    });
    element.append(item);
    return value;
  });

  return {
    element,
    show: (columns, at) => {
      const row = at ?? columns[0].length - 1;
      values.forEach((value, index) => {
        value.textContent = format(series[index].unit ?? unit, columns[index + 1]?.[row]);
      });
    },
    repaint: () => undefined, // colours are custom properties: the browser does it
  };
}
