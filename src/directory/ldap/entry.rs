//! An entry as the server sent it: attributes by name in any case, values as text or bytes.

use std::collections::HashMap;

use jiff::Timestamp;
use ldap3::SearchEntry;

use super::clock;

/// One entry of an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    /// The DN as the server spells it.
    pub(super) dn: String,
    values: HashMap<String, Vec<Vec<u8>>>,
}

impl Entry {
    /// An entry of which nothing but the DN is known.
    pub(super) fn bare(dn: &str) -> Self {
        Self {
            dn: dn.to_owned(),
            values: HashMap::new(),
        }
    }

    pub(super) fn new(raw: SearchEntry) -> Self {
        let texts = raw.attrs.into_iter().map(|(name, values)| {
            let values = values.into_iter().map(String::into_bytes).collect();
            (name.to_ascii_lowercase(), values)
        });
        let bytes = raw
            .bin_attrs
            .into_iter()
            .map(|(name, values)| (name.to_ascii_lowercase(), values));
        Self {
            dn: raw.dn,
            values: texts.chain(bytes).collect(),
        }
    }

    fn values(&self, name: &str) -> &[Vec<u8>] {
        self.values
            .get(&name.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// Was the attribute sent, with at least one value?
    pub(super) fn has(&self, name: &str) -> bool {
        !self.values(name).is_empty()
    }

    /// How many values there are.
    pub(super) fn count(&self, name: &str) -> usize {
        self.values(name).len()
    }

    /// The first value.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.values(name).first().map(Vec::as_slice)
    }

    /// Every value.
    pub(super) fn all_bytes(&self, name: &str) -> &[Vec<u8>] {
        self.values(name)
    }

    /// The first value as text; bytes that are no UTF-8 are shown as U+FFFD.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.bytes(name)
            .map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Every value as text.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        self.values(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect()
    }

    /// The first value as a number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// The first value as `TRUE` or `FALSE` (RFC 4517 section 3.3.3).
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        let text = self.text(name)?;
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("on") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") || text.eq_ignore_ascii_case("off") {
            Some(false)
        } else {
            None
        }
    }

    /// The first value as a generalized time.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        clock::generalized(&self.text(name)?)
    }

    /// All values as generalized times.
    pub(super) fn times(&self, name: &str) -> Vec<Timestamp> {
        let texts = self.texts(name);
        texts
            .iter()
            .filter_map(|text| clock::generalized(text))
            .collect()
    }

    /// The latest of all values as generalized times.
    pub(super) fn latest(&self, name: &str) -> Option<Timestamp> {
        self.times(name).into_iter().max()
    }

    #[cfg(test)]
    pub(super) fn for_test(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        Self {
            dn: dn.into(),
            values: attributes
                .iter()
                .map(|(name, values)| {
                    let values = values.iter().map(|v| v.as_bytes().to_vec()).collect();
                    (name.to_ascii_lowercase(), values)
                })
                .collect(),
        }
    }
}
