//! Nova's design system: components that know tokens and people, and no feature. Both sides of the page; see README.md.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
// Leptos components take their props by value: the macro's generated struct owns them.
#![allow(unreachable_pub, reason = "the component macro re-exports in a way the lint does not follow")]
#![allow(clippy::needless_pass_by_value, reason = "a component's props are its own")]

pub mod format;
pub mod gallery;

mod avatar;
mod badge;
mod banner;
mod button;
mod card;
mod chart;
mod clock;
mod command;
mod confirm;
mod dialog;
mod empty;
mod field;
mod icon;
mod kbd;
mod menu;
mod meter;
mod number;
mod palette;
mod segmented;
mod select;
mod shortcuts;
mod skeleton;
mod status;
mod storage;
mod switch;
mod tabs;
mod theme;
mod times;
mod toast;
mod tooltip;

pub use avatar::{Avatar, AvatarSize};
pub use badge::{Badge, Count};
pub use banner::Banner;
pub use button::{Button, ButtonSize, ButtonType, ButtonVariant, IconButton, LinkButton};
pub use card::Card;
pub use chart::Chart;
pub use clock::{Clock, RelativeTime, provide_clock};
pub use command::Command;
pub use confirm::ConfirmDialog;
pub use dialog::{Dialog, Sheet};
pub use empty::{Empty, ErrorState};
pub use field::{Checkbox, Field, FormError, TextArea};
pub use icon::{Icon, IconName, IconSize};
pub use kbd::Kbd;
pub use menu::{Menu, MenuHeading, MenuItem, MenuLink, MenuRule};
pub use meter::{Meter, StrengthMeter};
pub use number::NumberField;
pub use palette::{Palette, PaletteEntry};
pub use segmented::Segmented;
pub use select::Select;
pub use shortcuts::{KeyboardShortcuts, Shortcut, ShortcutsOverlay};
pub use skeleton::{Skeleton, SkeletonShape};
pub use status::{ConnectionState, ConnectionStatus, Status};
pub use switch::Switch;
pub use tabs::{TabPanel, Tabs};
pub use theme::{ThemeChoice, rail_collapsed, set_rail_collapsed, set_theme, theme};
pub use times::{TimeStyle, Times, provide_times};
pub use toast::{Toast, ToastRegion, Toaster, provide_toaster};
pub use tooltip::Tooltip;

/// How a thing is: the word beside it always says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say about it.
    #[default]
    Neutral,
    /// News without judgement.
    Accent,
    /// As it should be.
    Ok,
    /// Wants attention soon.
    Warn,
    /// Broken, or refused.
    Bad,
}

impl Tone {
    /// The last part of a class name: `badge--ok`.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Accent => "accent",
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }

    /// The drawing that says the same without colour.
    pub(crate) const fn icon(self) -> IconName {
        match self {
            Tone::Neutral | Tone::Accent => IconName::Info,
            Tone::Ok => IconName::CheckCircle,
            Tone::Warn => IconName::AlertTriangle,
            Tone::Bad => IconName::XCircle,
        }
    }
}
