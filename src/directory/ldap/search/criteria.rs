//! Criteria as parts of a filter, where the server keeps what they ask for in an attribute. Some of
//! these let in a few too many: whoever is shown is judged by the state that was read.

use jiff::Timestamp;

use crate::{
    directory::{
        Criterion, DirectoryError, Property, Standing, cannot_tell, in_a_week,
        ldap::{attributes::Attributes, clock, filter::escape, flavour::Flavour},
    },
    user::Detail,
};

/// The filter of criteria at `now`, empty without any.
///
/// # Errors
/// What the server cannot be asked for.
pub(super) fn filter(
    criteria: &[Criterion],
    attributes: &Attributes,
    flavour: Flavour,
    now: Timestamp,
) -> Result<String, DirectoryError> {
    let mut filter = String::new();
    for criterion in criteria {
        let part = part(&criterion.property, attributes, flavour, now)
            .filter(|part| part.is_exact || !criterion.negated)
            .ok_or_else(|| cannot_tell(criterion))?;
        if criterion.negated {
            filter.extend(["(!", &part.text, ")"]);
        } else {
            filter.push_str(&part.text);
        }
    }
    Ok(filter)
}

/// Part of a filter.
struct Part {
    text: String,
    /// Nobody else is let in, so that its negation loses nobody.
    is_exact: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "beside what no attribute tells")]
fn exactly(text: impl Into<String>) -> Option<Part> {
    Some(Part {
        text: text.into(),
        is_exact: true,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "beside what no attribute tells")]
fn among(text: impl Into<String>) -> Option<Part> {
    Some(Part {
        text: text.into(),
        is_exact: false,
    })
}

/// The flag of `userAccountControl` that disables, asked for bit by bit (MS-ADTS 3.1.1.3.4.4.1).
const DISABLED: &str = "(userAccountControl:1.2.840.113556.1.4.803:=2)";

fn part(
    property: &Property,
    attributes: &Attributes,
    flavour: Flavour,
    now: Timestamp,
) -> Option<Part> {
    match property {
        Property::Kind(kind) => {
            let attribute = attributes.kind.as_ref()?;
            exactly(format!("({attribute}={})", escape(kind.word())))
        }
        // Roles are groups, which may be nested.
        Property::Role(_) | Property::Field(_) | Property::Is(Standing::Operator) => None,
        Property::Station(wanted) => {
            let (_, attribute) = attributes
                .details
                .iter()
                .find(|(detail, _)| *detail == Detail::Station)?;
            let words: Vec<_> = wanted
                .split_whitespace()
                .map(|word| format!("({attribute}=*{}*)", escape(word)))
                .collect();
            among(words.concat())
        }
        Property::Is(standing) => match flavour {
            Flavour::ActiveDirectory => active_directory(*standing, now),
            Flavour::OpenLdap => openldap(*standing, now),
            Flavour::Ds389 => ds389(*standing),
            Flavour::FreeIpa => freeipa(*standing, now),
            Flavour::Lldap | Flavour::Other => None,
        },
    }
}

fn active_directory(standing: Standing, now: Timestamp) -> Option<Part> {
    match standing {
        Standing::Disabled => exactly(DISABLED),
        Standing::Active => exactly(format!("(!{DISABLED})")),
        // It stays behind when the lock has ended by itself.
        Standing::Locked => among("(lockoutTime>=1)"),
        // Without effect on a password that never expires.
        Standing::MustChange => among("(pwdLastSet=0)"),
        Standing::EndsThisWeek => among(format!(
            "(accountExpires>={})(accountExpires<={})",
            clock::to_filetime(now)?,
            clock::to_filetime(in_a_week(now))?,
        )),
        // Another domain controller may know of a sign-in that is not replicated yet; when a password
        // ends is computed, and in no index.
        Standing::Expired
        | Standing::Unused
        | Standing::NoPassword
        | Standing::NeverSignedIn
        | Standing::Operator => None,
    }
}

fn openldap(standing: Standing, now: Timestamp) -> Option<Part> {
    match standing {
        Standing::MustChange => among("(pwdReset=TRUE)"),
        Standing::EndsThisWeek => among(format!(
            "(pwdEndTime>={})(pwdEndTime<={})",
            clock::as_generalized(now),
            clock::as_generalized(in_a_week(now)),
        )),
        // A lock may be a delay or an account that goes idle, which is in no attribute of its own.
        Standing::Locked
        | Standing::Disabled
        | Standing::Active
        | Standing::Expired
        | Standing::Unused
        | Standing::NoPassword
        | Standing::NeverSignedIn
        | Standing::Operator => None,
    }
}

fn ds389(standing: Standing) -> Option<Part> {
    match standing {
        Standing::Disabled => exactly("(nsAccountLock=TRUE)"),
        Standing::Active => exactly("(!(nsAccountLock=TRUE))"),
        Standing::Locked => among("(accountUnlockTime=*)"),
        Standing::MustChange => {
            among("(|(pwdReset=TRUE)(pwdTPRReset=TRUE)(passwordExpirationTime=19700101000000Z))")
        }
        Standing::Expired
        | Standing::Unused
        | Standing::NoPassword
        | Standing::NeverSignedIn
        | Standing::EndsThisWeek
        | Standing::Operator => None,
    }
}

fn freeipa(standing: Standing, now: Timestamp) -> Option<Part> {
    match standing {
        Standing::Disabled => among("(nsAccountLock=TRUE)"),
        Standing::Active => among("(!(nsAccountLock=TRUE))"),
        Standing::EndsThisWeek => among(format!(
            "(krbPrincipalExpiration>={})(krbPrincipalExpiration<={})",
            clock::as_generalized(now),
            clock::as_generalized(in_a_week(now)),
        )),
        Standing::Locked => among("(krbLoginFailedCount>=1)"),
        Standing::MustChange
        | Standing::Expired
        | Standing::Unused
        | Standing::NoPassword
        | Standing::NeverSignedIn
        | Standing::Operator => None,
    }
}

#[cfg(test)]
mod tests {
    use ldap3::parse_filter;

    use super::*;
    use crate::directory::{Query, ldap::settings::LdapSettings};

    fn of(line: &str, flavour: Flavour) -> Result<String, String> {
        let mut settings = LdapSettings::default();
        settings.attributes.kind = "employeeType".into();
        let attributes = Attributes::new(flavour, &settings);
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        filter(
            &Query::typed(line).unwrap().criteria,
            &attributes,
            flavour,
            now,
        )
        .map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_server_keeps_is_asked_of_it() {
        use Flavour::{ActiveDirectory, Ds389, FreeIpa, OpenLdap};
        for (line, flavour, asked) in [
            (
                "is:disabled -kind:unit",
                ActiveDirectory,
                "(userAccountControl:1.2.840.113556.1.4.803:=2)(!(employeeType=unit))",
            ),
            ("is:locked", ActiveDirectory, "(lockoutTime>=1)"),
            (
                "is:ends-this-week",
                ActiveDirectory,
                "(accountExpires>=134403408000000000)(accountExpires<=134409456000000000)",
            ),
            ("is:must-change", OpenLdap, "(pwdReset=TRUE)"),
            (
                "is:ends-this-week",
                OpenLdap,
                "(pwdEndTime>=20261128120000Z)(pwdEndTime<=20261205120000Z)",
            ),
            (
                "station:\"Station 1*\"",
                ActiveDirectory,
                r"(physicalDeliveryOfficeName=*Station*)(physicalDeliveryOfficeName=*1\2a*)",
            ),
            ("-is:disabled", Ds389, "(!(nsAccountLock=TRUE))"),
            ("is:active", FreeIpa, "(!(nsAccountLock=TRUE))"),
        ] {
            let filter = of(line, flavour).unwrap();
            assert_eq!(filter, asked, "{line}");
            assert!(parse_filter(format!("(&{filter})").as_bytes()).is_ok());
        }
    }

    #[test]
    fn what_no_attribute_tells_is_said_and_not_passed_over() {
        for (line, flavour) in [
            ("is:unused", Flavour::ActiveDirectory),
            ("is:locked", Flavour::OpenLdap),
            ("role:viewer", Flavour::Ds389),
            ("is:disabled", Flavour::Lldap),
            // Whoever is locked is among more, so whoever is not cannot be told by it.
            ("-is:locked", Flavour::ActiveDirectory),
        ] {
            let refused = of(line, flavour).unwrap_err();
            assert!(refused.starts_with("This server cannot tell "), "{refused}");
            assert!(refused.contains(line), "{refused}");
        }
    }
}
