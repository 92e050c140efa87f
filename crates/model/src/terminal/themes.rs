//! The themes Nova brings. Their palettes are the public colour values of the projects they are named after; Solarized's
//! and One's bright black is lighter than the original, which is the background and hides text.

use super::theme::{Colour, Palette};

/// Whether a theme's ground is light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Dark text on it.
    Light,
    /// Light text on it.
    Dark,
}

/// A theme Nova brings.
#[derive(Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Unique and lasting; what settings keep.
    pub slug: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Its ground.
    pub ground: Ground,
    /// Its colours; `None` for Nova's own, which are the `--term-*` tokens of the design system.
    pub palette: Option<Palette>,
}

/// Nova's own, dark. What everybody starts with, whatever Nova's theme: programs choose their colours for a dark ground.
pub static NOVA_DARK: BuiltIn = nova("nova-dark", "Nova Dark", Ground::Dark);

/// Nova's own, light.
pub static NOVA_LIGHT: BuiltIn = nova("nova-light", "Nova Light", Ground::Light);

/// The theme of this slug.
#[must_use]
pub fn named(slug: &str) -> Option<&'static BuiltIn> {
    all().find(|theme| theme.slug == slug)
}

/// Every one: Nova's own first, then by name.
pub fn all() -> impl Iterator<Item = &'static BuiltIn> {
    [&NOVA_DARK, &NOVA_LIGHT].into_iter().chain(KNOWN)
}

const fn nova(slug: &'static str, name: &'static str, ground: Ground) -> BuiltIn {
    BuiltIn { slug, name, ground, palette: None }
}

/// `own` is background, foreground, cursor and selection.
const fn known(slug: &'static str, name: &'static str, ground: Ground, own: [u32; 4], ansi: [u32; 16]) -> BuiltIn {
    let [background, foreground, cursor, selection] = own;
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = ansi;
    let ansi = [
        Colour(a),
        Colour(b),
        Colour(c),
        Colour(d),
        Colour(e),
        Colour(f),
        Colour(g),
        Colour(h),
        Colour(i),
        Colour(j),
        Colour(k),
        Colour(l),
        Colour(m),
        Colour(n),
        Colour(o),
        Colour(p),
    ];
    let palette = Palette {
        background: Colour(background),
        foreground: Colour(foreground),
        cursor: Colour(cursor),
        selection: Colour(selection),
        ansi,
    };
    BuiltIn { slug, name, ground, palette: Some(palette) }
}

use Ground::{Dark, Light};

#[rustfmt::skip]
static KNOWN: &[BuiltIn] = &[
    known("ayu-dark", "Ayu Dark", Dark, [0x0b0e14, 0xbfbdb6, 0xe6b450, 0x1b3a5b], [
        0x11151c, 0xea6c73, 0x7fd962, 0xf9af4f, 0x53bdfa, 0xcda1fa, 0x90e1c6, 0xc7c7c7,
        0x686868, 0xf07178, 0xaad94c, 0xffb454, 0x59c2ff, 0xd2a6ff, 0x95e6cb, 0xffffff,
    ]),
    known("ayu-light", "Ayu Light", Light, [0xfcfcfc, 0x5c6166, 0xffaa33, 0xd3e1f5], [
        0x000000, 0xea6c6d, 0x6cbf43, 0xeca944, 0x3199e1, 0x9e75c7, 0x46ba94, 0xbababa,
        0x686868, 0xf07171, 0x86b300, 0xf2ae49, 0x399ee6, 0xa37acc, 0x4cbf99, 0xd1d1d1,
    ]),
    known("ayu-mirage", "Ayu Mirage", Dark, [0x1f2430, 0xcccac2, 0xffcc66, 0x274364], [
        0x171b24, 0xed8274, 0x87d96c, 0xfacc6e, 0x6dcbfa, 0xdabafa, 0x90e1c6, 0xc7c7c7,
        0x686868, 0xf28779, 0xd5ff80, 0xffd173, 0x73d0ff, 0xdfbfff, 0x95e6cb, 0xffffff,
    ]),
    known("catppuccin-frappe", "Catppuccin Frappé", Dark, [0x303446, 0xc6d0f5, 0xf2d5cf, 0x626880], [
        0x51576d, 0xe78284, 0xa6d189, 0xe5c890, 0x8caaee, 0xf4b8e4, 0x81c8be, 0xb5bfe2,
        0x626880, 0xe78284, 0xa6d189, 0xe5c890, 0x8caaee, 0xf4b8e4, 0x81c8be, 0xa5adce,
    ]),
    known("catppuccin-latte", "Catppuccin Latte", Light, [0xeff1f5, 0x4c4f69, 0xdc8a78, 0xacb0be], [
        0x5c5f77, 0xd20f39, 0x40a02b, 0xdf8e1d, 0x1e66f5, 0xea76cb, 0x179299, 0xacb0be,
        0x6c6f85, 0xd20f39, 0x40a02b, 0xdf8e1d, 0x1e66f5, 0xea76cb, 0x179299, 0xbcc0cc,
    ]),
    known("catppuccin-macchiato", "Catppuccin Macchiato", Dark, [0x24273a, 0xcad3f5, 0xf4dbd6, 0x5b6078], [
        0x494d64, 0xed8796, 0xa6da95, 0xeed49f, 0x8aadf4, 0xf5bde6, 0x8bd5ca, 0xb8c0e0,
        0x5b6078, 0xed8796, 0xa6da95, 0xeed49f, 0x8aadf4, 0xf5bde6, 0x8bd5ca, 0xa5adcb,
    ]),
    known("catppuccin-mocha", "Catppuccin Mocha", Dark, [0x1e1e2e, 0xcdd6f4, 0xf5e0dc, 0x585b70], [
        0x45475a, 0xf38ba8, 0xa6e3a1, 0xf9e2af, 0x89b4fa, 0xf5c2e7, 0x94e2d5, 0xbac2de,
        0x585b70, 0xf38ba8, 0xa6e3a1, 0xf9e2af, 0x89b4fa, 0xf5c2e7, 0x94e2d5, 0xa6adc8,
    ]),
    known("dracula", "Dracula", Dark, [0x282a36, 0xf8f8f2, 0xf8f8f2, 0x44475a], [
        0x21222c, 0xff5555, 0x50fa7b, 0xf1fa8c, 0xbd93f9, 0xff79c6, 0x8be9fd, 0xf8f8f2,
        0x6272a4, 0xff6e6e, 0x69ff94, 0xffffa5, 0xd6acff, 0xff92df, 0xa4ffff, 0xffffff,
    ]),
    known("everforest-dark", "Everforest Dark", Dark, [0x2d353b, 0xd3c6aa, 0xd3c6aa, 0x475258], [
        0x475258, 0xe67e80, 0xa7c080, 0xdbbc7f, 0x7fbbb3, 0xd699b6, 0x83c092, 0xd3c6aa,
        0x859289, 0xe67e80, 0xa7c080, 0xdbbc7f, 0x7fbbb3, 0xd699b6, 0x83c092, 0xd3c6aa,
    ]),
    known("everforest-light", "Everforest Light", Light, [0xfdf6e3, 0x5c6a72, 0x5c6a72, 0xeaedc8], [
        0x5c6a72, 0xf85552, 0x8da101, 0xdfa000, 0x3a94c5, 0xdf69ba, 0x35a77c, 0xe0dcc7,
        0x939f91, 0xf85552, 0x8da101, 0xdfa000, 0x3a94c5, 0xdf69ba, 0x35a77c, 0xe0dcc7,
    ]),
    known("github-dark", "GitHub Dark", Dark, [0x0d1117, 0xe6edf3, 0x2f81f7, 0x264f78], [
        0x484f58, 0xff7b72, 0x3fb950, 0xd29922, 0x58a6ff, 0xbc8cff, 0x39c5cf, 0xb1bac4,
        0x6e7681, 0xffa198, 0x56d364, 0xe3b341, 0x79c0ff, 0xd2a8ff, 0x56d4dd, 0xffffff,
    ]),
    known("github-light", "GitHub Light", Light, [0xffffff, 0x1f2328, 0x0969da, 0xb6e3ff], [
        0x24292f, 0xcf222e, 0x116329, 0x4d2d00, 0x0969da, 0x8250df, 0x1b7c83, 0x6e7781,
        0x57606a, 0xa40e26, 0x1a7f37, 0x633c01, 0x218bff, 0xa475f9, 0x3192aa, 0x8c959f,
    ]),
    known("gruvbox-dark", "Gruvbox Dark", Dark, [0x282828, 0xebdbb2, 0xebdbb2, 0x504945], [
        0x282828, 0xcc241d, 0x98971a, 0xd79921, 0x458588, 0xb16286, 0x689d6a, 0xa89984,
        0x928374, 0xfb4934, 0xb8bb26, 0xfabd2f, 0x83a598, 0xd3869b, 0x8ec07c, 0xebdbb2,
    ]),
    known("gruvbox-light", "Gruvbox Light", Light, [0xfbf1c7, 0x3c3836, 0x3c3836, 0xebdbb2], [
        0xfbf1c7, 0xcc241d, 0x98971a, 0xd79921, 0x458588, 0xb16286, 0x689d6a, 0x7c6f64,
        0x928374, 0x9d0006, 0x79740e, 0xb57614, 0x076678, 0x8f3f71, 0x427b58, 0x3c3836,
    ]),
    known("kanagawa", "Kanagawa Wave", Dark, [0x1f1f28, 0xdcd7ba, 0xc8c093, 0x2d4f67], [
        0x16161d, 0xc34043, 0x76946a, 0xc0a36e, 0x7e9cd8, 0x957fb8, 0x6a9589, 0xc8c093,
        0x727169, 0xe82424, 0x98bb6c, 0xe6c384, 0x7fb4ca, 0x938aa9, 0x7aa89f, 0xdcd7ba,
    ]),
    known("monokai", "Monokai", Dark, [0x272822, 0xf8f8f2, 0xf8f8f0, 0x49483e], [
        0x272822, 0xf92672, 0xa6e22e, 0xf4bf75, 0x66d9ef, 0xae81ff, 0xa1efe4, 0xf8f8f2,
        0x75715e, 0xf92672, 0xa6e22e, 0xf4bf75, 0x66d9ef, 0xae81ff, 0xa1efe4, 0xf9f8f5,
    ]),
    known("night-owl", "Night Owl", Dark, [0x011627, 0xd6deeb, 0x80a4c2, 0x1d3b53], [
        0x011627, 0xef5350, 0x22da6e, 0xc5e478, 0x82aaff, 0xc792ea, 0x21c7a8, 0xffffff,
        0x575656, 0xef5350, 0x22da6e, 0xffeb95, 0x82aaff, 0xc792ea, 0x7fdbca, 0xffffff,
    ]),
    known("nord", "Nord", Dark, [0x2e3440, 0xd8dee9, 0xd8dee9, 0x434c5e], [
        0x3b4252, 0xbf616a, 0xa3be8c, 0xebcb8b, 0x81a1c1, 0xb48ead, 0x88c0d0, 0xe5e9f0,
        0x4c566a, 0xbf616a, 0xa3be8c, 0xebcb8b, 0x81a1c1, 0xb48ead, 0x8fbcbb, 0xeceff4,
    ]),
    known("one-dark", "One Dark", Dark, [0x282c34, 0xabb2bf, 0x528bff, 0x3e4451], [
        0x3f4451, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xabb2bf,
        0x5c6370, 0xe06c75, 0x98c379, 0xe5c07b, 0x61afef, 0xc678dd, 0x56b6c2, 0xffffff,
    ]),
    known("one-light", "One Light", Light, [0xfafafa, 0x383a42, 0x526fff, 0xe5e5e6], [
        0x383a42, 0xe45649, 0x50a14f, 0xc18401, 0x4078f2, 0xa626a4, 0x0184bc, 0xa0a1a7,
        0x696c77, 0xe45649, 0x50a14f, 0xc18401, 0x4078f2, 0xa626a4, 0x0184bc, 0xffffff,
    ]),
    known("rose-pine", "Rosé Pine", Dark, [0x191724, 0xe0def4, 0xe0def4, 0x403d52], [
        0x26233a, 0xeb6f92, 0x31748f, 0xf6c177, 0x9ccfd8, 0xc4a7e7, 0xebbcba, 0xe0def4,
        0x6e6a86, 0xeb6f92, 0x31748f, 0xf6c177, 0x9ccfd8, 0xc4a7e7, 0xebbcba, 0xe0def4,
    ]),
    known("rose-pine-dawn", "Rosé Pine Dawn", Light, [0xfaf4ed, 0x575279, 0x575279, 0xdfdad9], [
        0xf2e9e1, 0xb4637a, 0x286983, 0xea9d34, 0x56949f, 0x907aa9, 0xd7827e, 0x575279,
        0x9893a5, 0xb4637a, 0x286983, 0xea9d34, 0x56949f, 0x907aa9, 0xd7827e, 0x575279,
    ]),
    known("rose-pine-moon", "Rosé Pine Moon", Dark, [0x232136, 0xe0def4, 0xe0def4, 0x44415a], [
        0x393552, 0xeb6f92, 0x3e8fb0, 0xf6c177, 0x9ccfd8, 0xc4a7e7, 0xea9a97, 0xe0def4,
        0x6e6a86, 0xeb6f92, 0x3e8fb0, 0xf6c177, 0x9ccfd8, 0xc4a7e7, 0xea9a97, 0xe0def4,
    ]),
    known("solarized-dark", "Solarized Dark", Dark, [0x002b36, 0x839496, 0x93a1a1, 0x073642], [
        0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5,
        0x586e75, 0xcb4b16, 0x859900, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
    ]),
    known("solarized-light", "Solarized Light", Light, [0xfdf6e3, 0x657b83, 0x586e75, 0xeee8d5], [
        0x073642, 0xdc322f, 0x859900, 0xb58900, 0x268bd2, 0xd33682, 0x2aa198, 0xeee8d5,
        0x93a1a1, 0xcb4b16, 0x859900, 0x657b83, 0x839496, 0x6c71c4, 0x93a1a1, 0xfdf6e3,
    ]),
    known("tokyo-night", "Tokyo Night", Dark, [0x1a1b26, 0xc0caf5, 0xc0caf5, 0x283457], [
        0x15161e, 0xf7768e, 0x9ece6a, 0xe0af68, 0x7aa2f7, 0xbb9af7, 0x7dcfff, 0xa9b1d6,
        0x414868, 0xf7768e, 0x9ece6a, 0xe0af68, 0x7aa2f7, 0xbb9af7, 0x7dcfff, 0xc0caf5,
    ]),
    known("tokyo-night-day", "Tokyo Night Day", Light, [0xe1e2e7, 0x3760bf, 0x3760bf, 0xb7c1e3], [
        0xb4b5b9, 0xf52a65, 0x587539, 0x8c6c3e, 0x2e7de9, 0x9854f1, 0x007197, 0x6172b0,
        0xa1a6c5, 0xf52a65, 0x587539, 0x8c6c3e, 0x2e7de9, 0x9854f1, 0x007197, 0x3760bf,
    ]),
    known("tokyo-night-storm", "Tokyo Night Storm", Dark, [0x24283b, 0xc0caf5, 0xc0caf5, 0x2e3c64], [
        0x1d202f, 0xf7768e, 0x9ece6a, 0xe0af68, 0x7aa2f7, 0xbb9af7, 0x7dcfff, 0xa9b1d6,
        0x414868, 0xf7768e, 0x9ece6a, 0xe0af68, 0x7aa2f7, 0xbb9af7, 0x7dcfff, 0xc0caf5,
    ]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_many_each_by_its_own_name_in_order() {
        let names: Vec<&str> = all().map(|theme| theme.name).collect();
        assert!(names.len() >= 22);
        assert!(KNOWN.windows(2).all(|pair| pair[0].slug < pair[1].slug));
        for unique in [names, all().map(|theme| theme.slug).collect()] {
            assert_eq!(unique.iter().collect::<BTreeSet<_>>().len(), unique.len());
        }
    }

    #[test]
    fn grounds_are_told_right_and_text_reads_on_them() {
        for theme in KNOWN {
            let palette = theme.palette.as_ref().unwrap();
            assert_eq!(palette.background.is_light(), theme.ground == Ground::Light, "{}", theme.name);
            assert_ne!(palette.foreground.is_light(), palette.background.is_light(), "{}", theme.name);
            assert_ne!(palette.ansi[8], palette.background, "{}: bright black hides", theme.name);
            assert_eq!(named(theme.slug), Some(theme));
        }
    }
}
