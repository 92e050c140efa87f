use proptest::{array::uniform16, prelude::*};

use super::*;

fn colour() -> impl Strategy<Value = Colour> {
    (0..=0xff_ffff_u32).prop_map(Colour)
}

fn any_palette() -> impl Strategy<Value = Palette> {
    (colour(), colour(), colour(), colour(), uniform16(colour())).prop_map(
        |(background, foreground, cursor, selection, ansi)| Palette { background, foreground, cursor, selection, ansi },
    )
}

fn iterm(palette: &Palette) -> String {
    let entry = |name: &str, colour: Colour| {
        let [red, green, blue] = colour.parts().map(|part| f64::from(part) / 255.0);
        format!(
            "<key>{name}</key>\n<dict><key>Alpha Component</key><real>1</real><key>Blue Component</key><real>{blue}</real>
             <key>Color Space</key><string>sRGB</string><key>Green Component</key><real>{green}</real>
             <key>Red Component</key><real>{red}</real></dict>\n"
        )
    };
    let mut text = "<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"x\" \"y\">\n<!-- a <dict> --><plist version=\"1.0\">\n<dict>".to_owned();
    for (at, colour) in palette.ansi.iter().enumerate() {
        text += &entry(&format!("Ansi {at} Color"), *colour);
    }
    text += &entry("Background Color", palette.background);
    text += &entry("Foreground Color", palette.foreground);
    text += &entry("Cursor Color", palette.cursor);
    text += &entry("Selection Color", palette.selection);
    text + "</dict></plist>"
}

fn windows(palette: &Palette) -> String {
    let names = "black red green yellow blue purple cyan white brightBlack brightRed brightGreen brightYellow brightBlue brightPurple brightCyan brightWhite";
    let mut members: serde_json::Map<String, serde_json::Value> =
        names.split(' ').zip(palette.ansi).map(|(name, colour)| (name.to_owned(), colour.to_string().into())).collect();
    for (name, colour) in [
        ("background", palette.background),
        ("foreground", palette.foreground),
        ("cursorColor", palette.cursor),
        ("selectionBackground", palette.selection),
    ] {
        members.insert(name.to_owned(), colour.to_string().into());
    }
    members.insert("name".to_owned(), "Harbour".into());
    serde_json::Value::Object(members).to_string()
}

const BASE16: &str = r##"scheme: "Default Dark"
author: "Chris Kempson (http://chriskempson.com)"
base00: "181818"
base01: "282828"
base02: "383838" # the selection
base03: "585858"
base04: "b8b8b8"
base05: "d8d8d8"
base06: "e8e8e8"
base07: "f8f8f8"
base08: "ab4642"
base09: "dc9656"
base0A: "f7ca88"
base0B: "a1b56c"
base0C: "86c1b9"
base0D: "7cafc2"
base0E: "ba8baf"
base0F: "a16946"
"##;

proptest! {
    #[test]
    fn what_the_others_write_is_read_as_it_was(palette in any_palette()) {
        prop_assert_eq!(read(&iterm(&palette)).map(|read| read.palette), Ok(palette));
        let read = read(&windows(&palette)).unwrap();
        prop_assert_eq!(read.palette, palette);
        prop_assert_eq!(read.name, ThemeName::parse("Harbour").ok());
    }

    #[test]
    fn any_text_reads_or_is_refused(text in "\\PC{0,400}", cut in 0..4000_usize, palette in any_palette()) {
        let _ = read(&text);
        for start in ["<plist>", "{", "base00: ", "<plist><dict><key>", "<!--", "<plist><!-- "] {
            let _ = read(&format!("{start}{text}"));
        }
        // Cut anywhere, a theme is refused, or all that must be there is: only cursor and selection may be left out.
        for whole in [iterm(&palette), windows(&palette), BASE16.to_owned()] {
            let cut = whole.floor_char_boundary(cut.min(whole.len()));
            if let Ok(part) = read(&whole[..cut]) {
                prop_assert_eq!(part.palette.ansi, read(&whole).unwrap().palette.ansi);
            }
        }
    }
}

#[test]
fn base16_in_both_shapes_and_base24() {
    let old = read(BASE16).unwrap();
    assert_eq!(old.name.as_ref().map(ThemeName::as_str), Some("Default Dark"));
    assert_eq!((old.palette.background, old.palette.foreground), (Colour(0x18_1818), Colour(0xd8_d8d8)));
    assert_eq!((old.palette.ansi[1], old.palette.ansi[9]), (Colour(0xab_4642), Colour(0xab_4642)));
    assert_eq!(old.palette.selection, Colour(0x38_3838));
    let new = BASE16.replace("scheme:", "system: \"base16\"\nname:").replace("base00:", "palette:\n  base00:");
    assert_eq!(read(&new), Ok(old.clone()));
    let bright = read(&format!("{BASE16}base12: '#ff0000'\n")).unwrap();
    assert_eq!((bright.palette.ansi[1], bright.palette.ansi[9]), (Colour(0xab_4642), Colour(0xff_0000)));
}

#[test]
fn each_mistake_is_told() {
    let palette = super::super::themes::named("nord").unwrap().palette.unwrap();
    assert_eq!(read(""), Err(ImportError::Empty));
    assert_eq!(read("bplist00…"), Err(ImportError::Binary));
    assert_eq!(read("hello: world"), Err(ImportError::Unknown));
    assert_eq!(read("<html></html>"), Err(ImportError::Unknown));
    assert_eq!(read("{\n\"name\": \"x\",\n"), Err(ImportError::BrokenJson { line: 2 }));
    assert_eq!(read("{}"), Err(ImportError::Missing("background")));
    assert_eq!(read(&windows(&palette).replace("#bf616a", "tomato")), Err(ImportError::BadColour("red")));
    assert_eq!(read(&iterm(&palette).replace("Ansi 7 ", "Ansi 77 ")), Err(ImportError::Missing("Ansi 7 Color")));
    assert_eq!(read(&BASE16.replace("base0D", "base1D")), Err(ImportError::Missing("base0D")));
    assert_eq!(read(&format!("{BASE16}#{}", "x".repeat(MAX_THEME))), Err(ImportError::TooLarge));
    let told: ApiError = ImportError::TooLarge.into();
    assert_eq!((told.code, told.field.as_deref()), (ErrorCode::TooLarge, Some("theme")));
}
