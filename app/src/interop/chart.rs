//! `chart.js`: uPlot and sparklines.

use js_sys::{Array, Float64Array, Object};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::HtmlElement;

use super::object;

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub(crate) type ChartModule;
    /// Draws a chart into an empty element.
    #[wasm_bindgen(method)]
    pub(crate) fn mount(this: &ChartModule, element: &HtmlElement, options: &Object) -> ChartHandle;
    /// Draws a sparkline into an empty element.
    #[wasm_bindgen(method)]
    pub(crate) fn spark(this: &ChartModule, element: &HtmlElement, options: &Object) -> SparkHandle;

    /// A chart.
    #[derive(Clone)]
    pub(crate) type ChartHandle;
    #[wasm_bindgen(method, js_name = setData)]
    fn set_data_raw(this: &ChartHandle, times: &Float64Array, values: &Array);
    #[wasm_bindgen(method, js_name = push)]
    fn push_raw(this: &ChartHandle, time: f64, values: &Array);
    /// Removes it.
    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &ChartHandle);

    /// A sparkline.
    #[derive(Clone)]
    pub(crate) type SparkHandle;
    #[wasm_bindgen(method, js_name = setData)]
    fn set_data_raw(this: &SparkHandle, values: &Array);
    /// Adds a value at the right.
    #[wasm_bindgen(method)]
    pub(crate) fn push(this: &SparkHandle, value: JsValue);
    /// Removes it.
    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &SparkHandle);
}

/// A number or a gap.
pub(crate) fn value(value: Option<f32>) -> JsValue {
    value.map_or(JsValue::NULL, |value| JsValue::from_f64(value.into()))
}

fn column(values: &[Option<f32>]) -> Array {
    values.iter().map(|each| value(*each)).collect()
}

impl ChartHandle {
    /// Replaces everything: times in seconds, one column a series.
    pub(crate) fn set_data(&self, times: &[f64], columns: &[Vec<Option<f32>>]) {
        let values: Array = columns.iter().map(|values| JsValue::from(column(values))).collect();
        self.set_data_raw(&Float64Array::from(times), &values);
    }

    /// Adds a moment at the right.
    pub(crate) fn push(&self, time: f64, values: &[Option<f32>]) {
        self.push_raw(time, &column(values));
    }
}

impl SparkHandle {
    /// Replaces everything.
    pub(crate) fn set_data(&self, values: &[Option<f32>]) {
        self.set_data_raw(&column(values));
    }
}

/// One line of a chart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// What it shows.
    pub(crate) label: &'static str,
    /// A colour token.
    pub(crate) color: &'static str,
    /// A soft area under it.
    pub(crate) fill: bool,
}

/// Options of a chart of `lines` in one `unit`.
pub(crate) fn options(lines: &[Line], unit: &str, stacked: bool) -> Object {
    let series: Array = lines
        .iter()
        .map(|line| {
            let members = [("label", line.label.into()), ("color", line.color.into()), ("fill", line.fill.into())];
            JsValue::from(object(&members))
        })
        .collect();
    object(&[("series", series.into()), ("unit", unit.into()), ("stacked", stacked.into())])
}
