//! How dates and times are written for the reader, in one place. Only the browser knows the zones and the ways of writing:
//! the server writes UTC, and once a page is hydrated this takes over.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::format;

/// Formatters that are kept: making one takes far longer than using it. All are dropped when one more is asked for.
const MAX_KEPT: usize = 16;

/// What the reader wishes; where something is not set, it is as their browser says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimeStyle {
    /// A zone's IANA name.
    pub zone: Option<String>,
    /// A language tag (BCP 47).
    pub locale: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Date, time and zone.
    Exact,
    /// A whole day, with its name.
    Day,
    /// Day and month.
    DayMonth,
    /// Day, month and year.
    DayMonthYear,
    Year,
}

impl Form {
    /// Options of `Intl.DateTimeFormat` (ECMA-402 §11).
    const fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Exact => &[("dateStyle", "medium"), ("timeStyle", "long")],
            Self::Day => &[("dateStyle", "full")],
            Self::DayMonth => &[("day", "numeric"), ("month", "short")],
            Self::DayMonthYear => &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            Self::Year => &[("year", "numeric")],
        }
    }
}

/// The [`TimeStyle`] that holds on this page. Everything below reads it, and follows when it changes.
#[derive(Clone, Copy, Debug)]
pub struct Times(RwSignal<TimeStyle>);

/// Puts the reader's style into context, and where scripts outside of the app find it: `data-time-zone` and `data-locale`
/// of the document.
pub fn provide_times(style: TimeStyle) -> Times {
    let times = Times(RwSignal::new(style));
    Effect::new(move |_| {
        let Some(root) = document().document_element() else { return };
        times.0.with(|style| {
            for (name, value) in [("data-time-zone", &style.zone), ("data-locale", &style.locale)] {
                // Both names are valid attributes: setting them cannot fail.
                let _ = match value {
                    Some(value) => root.set_attribute(name, value),
                    None => root.remove_attribute(name),
                };
            }
        });
    });
    provide_context(times);
    times
}

impl Times {
    /// Those in context, or as the browser says where there are none.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or_else(|| Self(RwSignal::new(TimeStyle::default())))
    }

    /// The style, without following it.
    #[must_use]
    pub fn get_untracked(self) -> TimeStyle {
        self.0.get_untracked()
    }

    /// From now on like this.
    pub fn set(self, style: TimeStyle) {
        self.0.set(style);
    }

    /// Date, time and zone of a moment in UTC milliseconds. Only in the browser, as all below.
    #[must_use]
    pub fn exact(self, at: i64) -> String {
        self.0.with(|style| Self::exact_in(style, at))
    }

    /// The same in a style that may come to hold.
    #[must_use]
    pub fn exact_in(style: &TimeStyle, at: i64) -> String {
        written(style, Form::Exact, at)
    }

    /// The day a moment falls on for the reader: two moments of one day are written the same.
    #[must_use]
    pub fn day(self, at: i64) -> String {
        self.0.with(|style| written(style, Form::Day, at))
    }

    /// How long ago or, beyond a week, on which day.
    pub(crate) fn relative(self, now: i64, at: i64) -> String {
        format::within_a_week(now, at).unwrap_or_else(|| {
            self.0.with(|style| {
                let same = written(style, Form::Year, now) == written(style, Form::Year, at);
                written(style, if same { Form::DayMonth } else { Form::DayMonthYear }, at)
            })
        })
    }
}

thread_local! {
    static KEPT: RefCell<Vec<(TimeStyle, Form, Function)>> = const { RefCell::new(Vec::new()) };
}

/// What the browser does not know (a zone newer than itself) is written as it would by itself.
fn written(style: &TimeStyle, form: Form, at: i64) -> String {
    let write = |style: &TimeStyle| {
        let formatter = formatter(style, form).ok()?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit 53 bits")]
        let text = formatter.call1(&JsValue::UNDEFINED, &JsValue::from_f64(at as f64)).ok()?;
        text.as_string()
    };
    write(style)
        .or_else(|| write(&TimeStyle { zone: None, ..style.clone() }))
        .or_else(|| write(&TimeStyle::default()))
        .unwrap_or_else(|| format::date_time(at))
}

fn formatter(style: &TimeStyle, form: Form) -> Result<Function, JsValue> {
    KEPT.with_borrow_mut(|kept| {
        if let Some((.., formatter)) = kept.iter().find(|(of, to, _)| of == style && *to == form) {
            return Ok(formatter.clone());
        }
        let options = Object::new();
        let zone = style.zone.as_deref().map(|zone| ("timeZone", zone));
        for (name, value) in form.options().iter().copied().chain(zone) {
            Reflect::set(&options, &name.into(), &value.into())?;
        }
        let locale = style.locale.as_deref().map_or(JsValue::UNDEFINED, JsValue::from);
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let maker: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
        // Not by its binding: what the browser does not know must come back as an error, not end the page.
        let made = Reflect::construct(&maker, &Array::of2(&locale, &options))?;
        let format: Function = Reflect::get(&made, &"format".into())?.dyn_into()?;
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.push((style.clone(), form, format.clone()));
        Ok(format)
    })
}
