//! Passwords that a server sends back, taken out of everything it says: some echo what they were
//! sent, in errors, in resources, in the `Location` of a redirect.

use std::fmt::Write as _;

use reqwest::header::HeaderMap;
use zeroize::Zeroizing;

use crate::password::Secret;

const MASK: &str = "[password]";

/// What must not be read anywhere in an answer.
#[derive(Clone, Copy)]
pub(super) struct Mask<'a>(pub(super) &'a [Secret]);

impl Mask<'_> {
    /// `text` without the secrets, however the server wrote them down.
    pub(super) fn text(self, text: &str) -> String {
        let mut masked = text.to_owned();
        for form in self.forms() {
            masked = masked.replace(form.as_str(), MASK);
        }
        masked
    }

    /// Does a header hold one?
    pub(super) fn is_in(self, headers: &HeaderMap) -> bool {
        let texts = headers.values().filter_map(|value| value.to_str().ok());
        texts.into_iter().any(|text| self.text(text) != text)
    }

    /// The same for a body, and whether there was one in it. One without is left as it came.
    pub(super) fn body(self, body: Zeroizing<Vec<u8>>) -> (Zeroizing<Vec<u8>>, bool) {
        let forms = self.forms();
        let held = |form: &Zeroizing<String>| {
            let needle = form.as_bytes();
            body.windows(needle.len()).any(|part| part == needle)
        };
        if !forms.iter().any(held) {
            return (body, false);
        }
        let text = Zeroizing::new(String::from_utf8_lossy(&body).into_owned());
        (Zeroizing::new(self.text(&text).into_bytes()), true)
    }

    /// Each secret as it stands, in JSON, in an address and in a web page; the longest first, so
    /// that none leaves a rest of another.
    fn forms(self) -> Vec<Zeroizing<String>> {
        let mut forms: Vec<Zeroizing<String>> = Vec::new();
        for secret in self.0 {
            let plain = secret.expose();
            if plain.is_empty() {
                continue;
            }
            let json = Zeroizing::new(serde_json::Value::from(plain).to_string());
            let json = json.trim_matches('"');
            let form: String = form_urlencoded::byte_serialize(plain.as_bytes()).collect();
            let form = Zeroizing::new(form);
            let address = Zeroizing::new(form.replace('+', "%20"));
            let every_byte = plain.bytes().fold(String::new(), |mut written, byte| {
                // Writing to a string does not fail.
                let _ = write!(written, "%{byte:02X}");
                written
            });
            let page = plain
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;");
            let apostrophe = page.replace('\'', "&#39;");
            for written in [
                plain.to_owned(),
                json.to_owned(),
                ascii_json(json),
                form.to_string(),
                small_hex(&form),
                address.to_string(),
                small_hex(&address),
                small_hex(&every_byte),
                every_byte,
                page,
                apostrophe,
            ] {
                let written = Zeroizing::new(written);
                if !forms.contains(&written) {
                    forms.push(written);
                }
            }
        }
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms
    }
}

/// The hexadecimal digits of `%2D` in small letters, the rest as it is.
fn small_hex(address: &str) -> String {
    let mut left = 0;
    address
        .chars()
        .map(|c| {
            if c == '%' {
                left = 2;
                c
            } else if left > 0 {
                left -= 1;
                c.to_ascii_lowercase()
            } else {
                c
            }
        })
        .collect()
}

/// JSON in which everything beyond ASCII is written as `\u00fc`.
fn ascii_json(json: &str) -> String {
    json.chars()
        .map(|c| {
            if c.is_ascii() {
                return c.to_string();
            }
            let mut units = [0; 2];
            let mut written = String::new();
            for unit in c.encode_utf16(&mut units) {
                // Writing to a string does not fail.
                let _ = write!(written, "\\u{unit:04x}");
            }
            written
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_however_it_is_written() {
        let secret = Secret::from_typed("cabin\"ötter lime&7").unwrap();
        let secrets = [secret];
        let mask = Mask(&secrets);
        for written in [
            "cabin\"ötter lime&7",
            r#"{"password":"cabin\"ötter lime&7"}"#,
            r#"{"password":"cabin\"\u00f6tter lime&7"}"#,
            "https://x.example/?p=cabin%22%C3%B6tter+lime%267",
            "https://x.example/?p=cabin%22%c3%b6tter%20lime%267",
            "<p>cabin&quot;ötter lime&amp;7</p>",
        ] {
            let masked = mask.text(written);
            assert!(masked.contains("[password]"), "{written}: {masked}");
            assert!(!masked.contains("tter"), "{written}: {masked}");
            let (body, held) = mask.body(Zeroizing::new(written.as_bytes().to_vec()));
            assert!(held);
            assert_eq!(String::from_utf8_lossy(&body), masked);
        }
    }

    #[test]
    fn an_answer_without_a_password_stays_as_it_came() {
        let secrets = [Secret::from_typed("velvet-anchor-tulip-39").unwrap()];
        let bytes = vec![0xff, b'a'];
        let (body, held) = Mask(&secrets).body(Zeroizing::new(bytes.clone()));
        assert_eq!((&*body, held), (&bytes, false));
    }
}
