//! Bytes of a terminal as text, however they were cut.

/// A UTF-8 decoder that remembers a character cut off at the end of the bytes so far. What is no UTF-8 becomes U+FFFD.
#[derive(Debug, Default)]
pub(crate) struct Utf8 {
    /// The beginning of a character, at most three bytes.
    cut: Vec<u8>,
}

impl Utf8 {
    /// Adds the text of `bytes` to `out`.
    pub(crate) fn decode(&mut self, bytes: &[u8], out: &mut String) {
        if self.cut.is_empty() {
            self.take(bytes, out);
        } else {
            let mut whole = std::mem::take(&mut self.cut);
            whole.extend_from_slice(bytes);
            self.take(&whole, out);
        }
    }

    fn take(&mut self, bytes: &[u8], out: &mut String) {
        let mut rest = bytes;
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return out.push_str(text),
                Err(error) => error,
            };
            let (valid, after) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
            out.push_str(std::str::from_utf8(valid).unwrap_or_default());
            match error.error_len() {
                Some(wrong) => {
                    out.push(char::REPLACEMENT_CHARACTER);
                    rest = after.get(wrong..).unwrap_or_default();
                }
                None => return self.cut.extend_from_slice(after),
            }
        }
    }

    /// What is left of a character that never came.
    pub(crate) fn finish(&mut self, out: &mut String) {
        if !std::mem::take(&mut self.cut).is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> String {
        let (mut decoder, mut out) = (Utf8::default(), String::new());
        pieces.for_each(|piece| decoder.decode(piece, &mut out));
        decoder.finish(&mut out);
        out
    }

    proptest! {
        #[test]
        fn text_is_the_same_however_it_is_cut(text in "\\PC{0,200}", cut in 1_usize..7) {
            prop_assert_eq!(decoded(text.as_bytes().chunks(cut)), text);
        }

        #[test]
        fn any_bytes_become_the_same_text_however_they_are_cut(bytes: Vec<u8>, cut in 1_usize..7) {
            let whole = decoded(std::iter::once(&bytes[..]));
            prop_assert_eq!(decoded(bytes.chunks(cut)), whole.clone());
            prop_assert_eq!(whole, String::from_utf8_lossy(&bytes));
        }
    }
}
