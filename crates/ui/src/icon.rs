//! The icons, drawn in one hand: 24×24, one stroke of 1.6.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident $path:literal)*) => {
        /// Which drawing an [`Icon`] shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each name says what is drawn")]
        pub enum IconName { $($(#[$doc])* $name,)* }

        impl IconName {
            /// Every icon, for galleries and tests.
            pub const ALL: &[IconName] = &[$(IconName::$name,)*];

            /// The drawing as SVG path data.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(IconName::$name => $path,)* }
            }
        }
    };
}

icons! {
    Grid "M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM14 14h7v7h-7z"
    Terminal "M4 6l6 6-6 6M12 18h8"
    Record "M12 3a9 9 0 100 18 9 9 0 000-18zM12 8.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z"
    Chat "M4 5h16v11H9l-5 4z"
    File "M6 3h8l4 4v14H6zM14 3v4h4"
    Folder "M4 4h6l2 3h8v13H4z"
    Chart "M4 19V5M4 19h16M8 15l4-5 3 3 5-7"
    Bell "M6 17V11a6 6 0 0112 0v6l2 2H4zM10 21h4"
    Database "M4 6c0-4 16-4 16 0v12c0 4-16 4-16 0zM4 6c0 4 16 4 16 0M4 12c0 4 16 4 16 0"
    Git "M6 4v16M6 14c8 0 10-2 10-6M16 8a2 2 0 100-4 2 2 0 000 4zM6 4a2 2 0 100 .1M6 20a2 2 0 100 .1"
    Shield "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z"
    Gear "M12 9a3 3 0 100 6 3 3 0 000-6zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2"
    Search "M11 4a7 7 0 100 14 7 7 0 000-14zM20 20l-4-4"
    Plus "M12 5v14M5 12h14"
    Minus "M5 12h14"
    Lines "M4 6h16M4 12h16M4 18h10"
    Menu "M4 6h16M4 12h16M4 18h16"
    X "M6 6l12 12M18 6L6 18"
    Check "M5 12.5l5 5L19.5 7"
    ChevronDown "M6 9l6 6 6-6"
    ChevronLeft "M15 6l-6 6 6 6"
    ChevronRight "M9 6l6 6-6 6"
    ChevronUp "M6 15l6-6 6 6"
    More "M5 11.2a.8.8 0 100 1.6.8.8 0 000-1.6zM12 11.2a.8.8 0 100 1.6.8.8 0 000-1.6zM19 11.2a.8.8 0 100 1.6.8.8 0 000-1.6z"
    User "M12 4a4 4 0 100 8 4 4 0 000-8zM4 21c0-4 3.5-6 8-6s8 2 8 6"
    Users "M9 4a4 4 0 100 8 4 4 0 000-8zM2 21c0-4 3-6 7-6s7 2 7 6M16 4.5a4 4 0 010 7M18.5 15.5c2.2.8 3.5 2.7 3.5 5.5"
    Logout "M10 4H4v16h6M15 7l5 5-5 5M20 12H9"
    Sun "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19"
    Moon "M20 14A8.5 8.5 0 0110 4a8.5 8.5 0 1010 10z"
    Monitor "M3 4h18v12H3zM8 20h8M12 16v4"
    Keyboard "M2 6h20v12H2zM6 10h.01M10 10h.01M14 10h.01M18 10h.01M7 14h10"
    AlertTriangle "M12 4l9.5 16h-19zM12 10v4M12 17h.01"
    Info "M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5M12 8h.01"
    CheckCircle "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12.5l3 3 5-6"
    XCircle "M12 3a9 9 0 100 18 9 9 0 000-18zM9 9l6 6M15 9l-6 6"
    Copy "M9 9h11v11H9zM5 15H4V4h11v1"
    Link "M10 14a4 4 0 005.7 0l3.5-3.5a4 4 0 00-5.7-5.7L12 6.3M14 10a4 4 0 00-5.7 0l-3.5 3.5a4 4 0 005.7 5.7L12 17.7"
    Send "M20 4L3 11l7 3 3 7zM20 4L10 14"
    Refresh "M20 4v5h-5M4 20v-5h5M19.5 9A8 8 0 005.6 6.7M4.5 15a8 8 0 0013.9 2.3"
    Trash "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5"
    Clock "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.5 2"
    Cpu "M6 6h12v12H6zM10 10h4v4h-4zM9 2v4M15 2v4M9 18v4M15 18v4M2 9h4M2 15h4M18 9h4M18 15h4"
    Memory "M3 7h18v10H3zM7 10v4M11 10v4M15 10v4M6 17v3M12 17v3M18 17v3"
    Disk "M4 14l3-9h10l3 9v5H4zM4 14h16M16 16.5h.01"
    Network "M9 3h6v5H9zM3 16h6v5H3zM15 16h6v5h-6zM12 8v4M6 16v-4h12v4"
    Thermometer "M14 14V5a2 2 0 00-4 0v9a4 4 0 104 0zM12 9v8"
    Collapse "M4 4h16v16H4zM9 4v16M16 9l-3 3 3 3"
    Expand "M4 4h16v16H4zM9 4v16M13 9l3 3-3 3"
    Maximize "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"
    WifiOff "M3 3l18 18M8.5 15.5a5 5 0 017 0M5 12a10 10 0 014-2.4M19 12a10 10 0 00-5.5-2.8M2 8.5A15 15 0 016 6M22 8.5a15 15 0 00-11-4M12 19h.01"
    Key "M8 11a4.5 4.5 0 100 9 4.5 4.5 0 000-9zM11.2 12.3L20 4M16 8l3 3M14 10l2 2"
    Plug "M9 2v6M15 2v6M6 8h12v4a6 6 0 01-12 0zM12 18v4"
    Edit "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"
    External "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9"
    Eye "M2 12c4-8 16-8 20 0-4 8-16 8-20 0zM12 9a3 3 0 100 6 3 3 0 000-6z"
    EyeOff "M3 3l18 18M6.5 6.8C4.6 8 3 9.8 2 12c3.3 6.5 11.8 7.7 17 3.6M10 5.2c5-.6 9.7 1.6 12 6.8-.5 1-1 1.9-1.7 2.7M10 10a3 3 0 004 4"
    Hash "M9 4L7 20M17 4l-2 16M4 9h16M3.5 15h16"
    Archive "M3 4h18v5H3zM5 9v11h14V9M10 13h4"
    Lock "M5 11h14v10H5zM8 11V7a4 4 0 018 0v4"
    Play "M7 4l12 8-12 8z"
    Stop "M6 6h12v12H6z"
    Pause "M8 5v14M16 5v14"
    Download "M12 4v11M7 11l5 5 5-5M4 20h16"
    Upload "M12 16V5M7 9l5-5 5 5M4 20h16"
    Filter "M3 5h18l-7 8v6l-4 2v-8z"
    ArrowDown "M12 5v14M6 13l6 6 6-6"
    ArrowLeft "M19 12H5M11 6l-6 6 6 6"
    Bolt "M13 2L5 14h6l-1 8 9-12h-6z"
    Mail "M3 5h18v14H3zM3 6l9 7 9-7"
    Server "M3 4h18v7H3zM3 13h18v7H3zM7 7.5h.01M7 16.5h.01"
}

/// How large an [`Icon`] is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IconSize {
    /// 14 px, beside small text.
    Small,
    /// 16 px.
    #[default]
    Medium,
    /// 20 px, in the bottom bar and empty states.
    Large,
}

/// A drawing beside words. It says nothing to assistive technology: the words do.
#[component]
pub fn Icon(
    /// Which drawing.
    name: IconName,
    /// 16 px unless given.
    #[prop(optional)]
    size: IconSize,
) -> impl IntoView {
    let class = match size {
        IconSize::Small => "icon icon--small",
        IconSize::Medium => "icon",
        IconSize::Large => "icon icon--large",
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=name.path()></path>
        </svg>
    }
}
