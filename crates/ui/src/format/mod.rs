//! Numbers and times as people read them. Pure functions, the same on both sides and in `frontend/js/src/units.js`.

mod number;
mod time;

pub use number::{bytes, count, fixed, percent, rate};
pub(crate) use time::within_a_week;
pub use time::{date, date_time, duration, iso};
