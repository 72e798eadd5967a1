//! Attributes of RFC 7643 (sections 4.1 to 4.3) that no user of ours has. Clients send them beside
//! what counts, so they are taken everywhere, kept nowhere, and named to whoever sent them.

use super::{ENTERPRISE_URN, USER_URN};
use crate::scim::AttributePath;

/// An attribute with its sub-attributes.
type Known = (&'static str, &'static [&'static str]);

/// Sub-attributes of a list of values (RFC 7643 section 2.4).
const VALUES: &[&str] = &["value", "display", "type", "primary", "$ref"];

const CORE: &[Known] = &[
    (
        "name",
        &[
            "formatted",
            "middleName",
            "honorificPrefix",
            "honorificSuffix",
        ],
    ),
    ("nickName", &[]),
    ("profileUrl", &[]),
    ("userType", &[]),
    ("preferredLanguage", &[]),
    ("locale", &[]),
    ("timezone", &[]),
    ("emails", &["display", "$ref"]),
    ("phoneNumbers", &["display", "primary", "$ref"]),
    ("ims", VALUES),
    ("photos", VALUES),
    (
        "addresses",
        &[
            "formatted",
            "streetAddress",
            "locality",
            "region",
            "postalCode",
            "country",
            "type",
            "primary",
        ],
    ),
    ("entitlements", VALUES),
    ("roles", VALUES),
    ("x509Certificates", VALUES),
];

const ENTERPRISE: &[Known] = &[
    ("employeeNumber", &[]),
    ("costCenter", &[]),
    ("organization", &[]),
    ("department", &[]),
    ("manager", &["value", "$ref", "displayName"]),
];

/// Attributes that we keep in part: only the named sub-attributes are not kept.
const KEPT_IN_PART: [&str; 3] = ["name", "emails", "phoneNumbers"];

/// What `path` names, in the RFC's letters, where the RFC has it and we do not keep it.
pub fn not_kept(path: &AttributePath) -> Option<String> {
    let (table, urn) = match path.urn.as_deref() {
        None => (CORE, None),
        Some(urn) if urn.eq_ignore_ascii_case(USER_URN) => (CORE, None),
        Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE_URN) => (ENTERPRISE, Some(ENTERPRISE_URN)),
        Some(_) => return None,
    };
    let (name, subs) = table
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(&path.name))?;
    let sub = match &path.sub {
        Some(sub) => Some(subs.iter().find(|known| known.eq_ignore_ascii_case(sub))?),
        None if urn.is_none() && KEPT_IN_PART.contains(name) => return None,
        None => None,
    };
    let mut named = String::new();
    if let Some(urn) = urn {
        named.push_str(urn);
        named.push(':');
    }
    named.push_str(name);
    if let Some(sub) = sub {
        named.push('.');
        named.push_str(sub);
    }
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> Option<String> {
        not_kept(&AttributePath::parse(path).unwrap())
    }

    #[test]
    fn attributes_of_the_rfc_are_known_in_any_letters_and_named_in_its_own() {
        for (path, name) in [
            ("NICKNAME", "nickName"),
            (
                "urn:ietf:params:scim:schemas:core:2.0:User:phonenumbers.DISPLAY",
                "phoneNumbers.display",
            ),
            ("name.middlename", "name.middleName"),
            (
                "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:Manager.value",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            ),
        ] {
            assert_eq!(named(path).as_deref(), Some(name), "{path}");
        }
    }

    #[test]
    fn what_is_kept_and_what_nobody_knows_is_not_among_them() {
        for path in [
            "name",
            "emails",
            "emails.value",
            "userName",
            "groups",
            "colour",
            "title",
            "phoneNumbers",
            "phoneNumbers.value",
            "nickName.value",
            "addresses.planet",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:title",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
            "urn:example:User:title",
        ] {
            assert_eq!(named(path), None, "{path}");
        }
    }
}
