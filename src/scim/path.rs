//! Attribute paths: `userName`, `name.familyName`, `urn:…:User:userName` (RFC 7644 section 3.10).

use std::fmt;

/// A path to an attribute or to a part of one. Names compare without regard to case.
#[derive(Debug, Clone)]
pub struct AttributePath {
    /// The schema's URN where it was written.
    pub urn: Option<String>,
    /// The attribute.
    pub name: String,
    /// The sub-attribute.
    pub sub: Option<String>,
}

impl AttributePath {
    /// A path without URN and sub-attribute.
    pub fn plain(name: &str) -> Self {
        Self {
            urn: None,
            name: name.to_owned(),
            sub: None,
        }
    }

    /// Reads `[URN:]name[.sub]`; `None` if it is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) if is_urn(urn) => (Some(urn.to_owned()), rest),
            Some(_) => return None,
            None => (None, text),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        let fits = is_name(name) && sub.is_none_or(is_name);
        fits.then(|| Self {
            urn,
            name: name.to_owned(),
            sub: sub.map(ToOwned::to_owned),
        })
    }

    /// The path without its sub-attribute.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self {
            sub: None,
            ..self.clone()
        }
    }
}

impl PartialEq for AttributePath {
    fn eq(&self, other: &Self) -> bool {
        fn same(a: Option<&String>, b: Option<&String>) -> bool {
            match (a, b) {
                (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
                (None, None) => true,
                _ => false,
            }
        }
        same(self.urn.as_ref(), other.urn.as_ref())
            && self.name.eq_ignore_ascii_case(&other.name)
            && same(self.sub.as_ref(), other.sub.as_ref())
    }
}

impl Eq for AttributePath {}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

/// `ATTRNAME = ALPHA *(nameChar)`, and `$ref`, which the RFC uses without naming it there.
fn is_name(text: &str) -> bool {
    let rest = text.strip_prefix('$').unwrap_or(text);
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_urn(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
        && text.len() > 4
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_path_is_split_at_the_last_colon_and_the_first_dot_behind_it() {
        let path =
            AttributePath::parse("urn:ietf:params:scim:schemas:core:2.0:User:name.familyName")
                .unwrap();
        assert_eq!(
            path.urn.as_deref(),
            Some("urn:ietf:params:scim:schemas:core:2.0:User")
        );
        assert_eq!(
            (path.name.as_str(), path.sub.as_deref()),
            ("name", Some("familyName"))
        );
    }

    #[test]
    fn nonsense_is_no_path() {
        for text in [
            "",
            ".",
            "a.",
            ".b",
            "a.b.c",
            "1a",
            "http://x:y",
            "a b",
            "urn:",
            "ü",
        ] {
            assert!(AttributePath::parse(text).is_none(), "{text:?}");
        }
    }
}
