//! How many columns a character takes.

use std::cmp::Ordering;

use crate::width_table::{NONE, TWO};

/// 0, 1 or 2.
pub(crate) fn of(char: char) -> u8 {
    if char.is_ascii() {
        return u8::from(!char.is_ascii_control());
    }
    let code = u32::from(char);
    if within(&NONE, code) {
        0
    } else if within(&TWO, code) {
        2
    } else {
        1
    }
}

fn within(ranges: &[(u32, u32)], code: u32) -> bool {
    let place = ranges.binary_search_by(|(first, last)| match () {
        () if *last < code => Ordering::Less,
        () if *first > code => Ordering::Greater,
        () => Ordering::Equal,
    });
    place.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_take_the_columns_of_unicode_11() {
        for (char, columns) in
            [('a', 1), ('é', 1), ('日', 2), ('😀', 2), ('\u{301}', 0), ('\u{200b}', 0), ('\u{10ffff}', 1)]
        {
            assert_eq!(of(char), columns, "{char:?}");
        }
    }
}
