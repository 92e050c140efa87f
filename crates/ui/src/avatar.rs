use leptos::prelude::*;

/// How large an [`Avatar`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 20 px, in tabs.
    Small,
    /// 26 px.
    #[default]
    Medium,
    /// 40 px, at the head of a page.
    Large,
    /// 72 px, where the picture itself is what it is about.
    Huge,
}

/// A person by their picture or, where they have none or it cannot be had, by their initials, always in the same hue.
/// The name stands beside it, so it is silent. It takes the same room either way.
#[component]
pub fn Avatar(
    /// Whom it shows.
    #[prop(into)]
    name: String,
    /// `Medium` unless given.
    #[prop(optional)]
    size: AvatarSize,
    /// Where their picture is.
    #[prop(optional_no_strip)]
    picture: Option<String>,
) -> impl IntoView {
    let size = match size {
        AvatarSize::Small => " avatar--small",
        AvatarSize::Medium => "",
        AvatarSize::Large => " avatar--large",
        AvatarSize::Huge => " avatar--huge",
    };
    let class = ["avatar avatar--", hue(&name), size].concat();
    // The letters are drawn by the style sheet: as text they would be part of the visible label of what they stand in.
    view! {
        <span class=class aria-hidden="true" data-initials=initials(&name)>
            {picture.map(|address| view! { <Picture address/> })}
        </span>
    }
}

#[component]
fn Picture(address: String) -> impl IntoView {
    let gone = RwSignal::new(false);
    view! {
        <img class="avatar__picture" src=address alt="" loading="lazy" decoding="async" draggable="false"
            hidden=move || gone.get() on:error=move |_| gone.set(true)/>
    }
}

/// The first letters of the first two words, or the first two letters of the only one. The style sheet makes them capitals.
fn initials(name: &str) -> String {
    let mut words = name.split([' ', '.', '-', '_']).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("?");
    let second = words.next();
    let letters = first.chars().take(if second.is_some() { 1 } else { 2 });
    letters.chain(second.and_then(|word| word.chars().next())).collect()
}

/// One of the six series colours, by an FNV-1a hash of the name.
fn hue(name: &str) -> &'static str {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    match hash % 6 {
        0 => "1",
        1 => "2",
        2 => "3",
        3 => "4",
        4 => "5",
        _ => "6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_two_words_or_two_letters() {
        assert_eq!(initials("alice"), "al");
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("j.doe"), "jd");
        assert_eq!(initials(""), "?");
    }

    #[test]
    fn a_name_keeps_its_hue() {
        assert_eq!(hue("alice"), hue("alice"));
    }
}
