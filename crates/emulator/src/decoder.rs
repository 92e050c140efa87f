//! UTF-8 in pieces. A character may be cut anywhere; bytes that are none are left out, as xterm.js does. The parser is
//! given whole characters only: it loses some that follow on the rest of one.

/// The longest beginning of a character.
const MAX_CUT: usize = 3;

/// The beginning of a character whose rest has not arrived.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    cut: Vec<u8>,
}

impl Decoder {
    /// Hands on the characters of `bytes`, after what was left of earlier ones, each part with the place in `bytes` where
    /// it begins.
    pub(crate) fn decode(&mut self, bytes: &[u8], mut each: impl FnMut(usize, &str)) {
        let mut at = 0;
        while !self.cut.is_empty()
            && let Some(next) = bytes.get(at)
        {
            let mut tried = std::mem::take(&mut self.cut);
            tried.push(*next);
            self.whole(&tried, at, &mut each);
            at += 1;
        }
        self.whole(bytes.get(at..).unwrap_or_default(), at, &mut each);
    }

    fn whole(&mut self, bytes: &[u8], mut at: usize, each: &mut impl FnMut(usize, &str)) {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            if !chunk.valid().is_empty() {
                each(at, chunk.valid());
            }
            let invalid = chunk.invalid();
            at += chunk.valid().len() + invalid.len();
            let may_go_on = std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if chunks.peek().is_none() && may_go_on && invalid.len() <= MAX_CUT {
                self.cut = invalid.to_vec();
            }
        }
    }

    /// The beginning of a character, if the last one is cut.
    pub(crate) fn cut(&self) -> &[u8] {
        &self.cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_whole_however_they_are_cut() {
        let text = "aé日😀b".as_bytes();
        for cut in 0..=text.len() {
            for second in cut..=text.len() {
                let (mut decoder, mut got) = (Decoder::default(), String::new());
                for piece in [&text[..cut], &text[cut..second], &text[second..]] {
                    decoder.decode(piece, |_, valid| got.push_str(valid));
                }
                assert_eq!(got.as_bytes(), text);
                assert!(decoder.cut().is_empty());
            }
        }
    }

    #[test]
    fn what_is_no_character_is_left_out() {
        let (mut decoder, mut got) = (Decoder::default(), String::new());
        for byte in b"a\x80\xffb\xe2\x28c\xed\xa0\x80d\xf0\x9f" {
            decoder.decode(&[*byte], |_, valid| got.push_str(valid));
        }
        assert_eq!(got, "ab(cd");
        assert_eq!(decoder.cut(), b"\xf0\x9f");
    }
}
