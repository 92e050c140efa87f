//! Settings as the emulator takes them.

use js_sys::{Array, Object};
use model::terminal::{
    settings::Settings,
    theme::{OwnTheme, Palette, ThemeRef},
    themes::{self, Ground},
};
use wasm_bindgen::JsValue;

use crate::interop::object;

/// What draws a theme: its palette, or the design system's own colours on this ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    Tokens(Ground),
    Palette(Palette),
}

/// The colours of a theme. One's own that is not among `own` (deleted on another device) is Nova's.
pub(crate) fn colours(theme: ThemeRef, own: &[OwnTheme]) -> Colours {
    match theme {
        ThemeRef::BuiltIn(theme) => theme.palette.map_or(Colours::Tokens(theme.ground), Colours::Palette),
        ThemeRef::Own(id) => own
            .iter()
            .find(|theme| theme.id == id)
            .map_or(Colours::Tokens(themes::NOVA_DARK.ground), |theme| Colours::Palette(theme.palette)),
    }
}

/// The word of a ground.
pub(crate) const fn word(ground: Ground) -> &'static str {
    match ground {
        Ground::Light => "light",
        Ground::Dark => "dark",
    }
}

/// The object `configure` takes. With `ground` that theme is shown, without it the one of Nova's theme.
pub(crate) fn options(settings: &Settings, own: &[OwnTheme], ground: Option<Ground>) -> Object {
    object(&[
        ("fontFamily", settings.font.stack().into()),
        ("fontSize", settings.font_size.into()),
        ("lineHeight", (f64::from(settings.line_height) / 100.0).into()),
        ("letterSpacing", settings.letter_spacing.into()),
        ("cursorStyle", settings.cursor.word().into()),
        ("cursorBlink", settings.cursor_blink.into()),
        ("scrollback", settings.scrollback.into()),
        ("screenReader", settings.screen_reader.into()),
        ("contrast", settings.contrast.ratio().into()),
        ("bell", settings.bell.word().into()),
        ("copyOnSelect", settings.copy_on_select.into()),
        ("rightClickPaste", settings.right_click_paste.into()),
        ("warnMultiLine", settings.warn_multi_line.into()),
        ("suggestions", settings.suggestions.into()),
        ("light", theme(settings.light, own)),
        ("dark", theme(settings.dark, own)),
        ("ground", ground.map_or(JsValue::UNDEFINED, |ground| word(ground).into())),
    ])
}

fn theme(theme: ThemeRef, own: &[OwnTheme]) -> JsValue {
    match colours(theme, own) {
        Colours::Tokens(ground) => object(&[("tokens", word(ground).into())]).into(),
        Colours::Palette(palette) => {
            let ansi: Array = palette.ansi.iter().map(|colour| JsValue::from(colour.to_string())).collect();
            object(&[
                ("background", palette.background.to_string().into()),
                ("foreground", palette.foreground.to_string().into()),
                ("cursor", palette.cursor.to_string().into()),
                ("selection", palette.selection.to_string().into()),
                ("ansi", ansi.into()),
            ])
            .into()
        }
    }
}
