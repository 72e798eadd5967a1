//! Which attributes may the operator see? A missing attribute may be unset or hidden; a filter
//! that any visible value *and* any visible absence fulfils tells the two apart, since a server
//! leaves an entry out when it may not judge the filter (RFC 4511 section 4.5.1.7).

use ldap3::Scope;

use super::{connection::Link, flavour::Flavour, lost::Lost, search_request::SearchRequest};

/// What may be judged on users of one container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each attribute")]
pub(super) struct Readable {
    /// Whether the user is locked.
    pub(super) lock: bool,
    /// Whether the password must be changed.
    pub(super) must_change: bool,
    /// When the password was changed, or expires.
    pub(super) password: bool,
    /// How many sign-ins have failed.
    pub(super) failures: bool,
}

impl Readable {
    /// Everything.
    pub(super) const ALL: Self = Self {
        lock: true,
        must_change: true,
        password: true,
        failures: true,
    };

    /// Nothing.
    pub(super) const NOTHING: Self = Self {
        lock: false,
        must_change: false,
        password: false,
        failures: false,
    };
}

/// The attributes whose absence means something, in the order of the fields of [`Readable`].
pub(super) const fn telling(flavour: Flavour) -> [&'static str; 4] {
    match flavour {
        Flavour::Ds389 => [
            "accountUnlockTime",
            "pwdReset",
            "passwordExpirationTime",
            "passwordRetryCount",
        ],
        Flavour::FreeIpa => [
            "krbLoginFailedCount",
            "krbPasswordExpiration",
            "krbLastPwdChange",
            "krbLoginFailedCount",
        ],
        Flavour::OpenLdap | Flavour::ActiveDirectory | Flavour::Lldap | Flavour::Other => [
            "pwdAccountLockedTime",
            "pwdReset",
            "pwdChangedTime",
            "pwdFailureTime",
        ],
    }
}

/// Asks, for the user `dn`.
pub(super) async fn probe(link: &Link, dn: &str) -> Result<Readable, Lost> {
    // Active Directory's state is computed and always there when it may be read; lldap has none.
    if matches!(link.root.flavour, Flavour::ActiveDirectory | Flavour::Lldap) {
        return Ok(Readable::ALL);
    }
    let [lock, must_change, password, failures] = telling(link.root.flavour);
    let (lock, must_change, password, failures) = tokio::try_join!(
        visible(link, dn, lock),
        visible(link, dn, must_change),
        visible(link, dn, password),
        visible(link, dn, failures)
    )?;
    Ok(Readable {
        lock,
        must_change,
        password,
        failures,
    })
}

/// May the operator judge whether `attribute` is there?
pub(super) async fn visible(link: &Link, dn: &str, attribute: &str) -> Result<bool, Lost> {
    let filter = format!("(|({attribute}=*)(!({attribute}=*)))");
    matches(link, dn, &filter).await
}

/// Does the entry fulfil the filter, as far as the operator may see?
pub(super) async fn matches(link: &Link, dn: &str, filter: &str) -> Result<bool, Lost> {
    let answer = link
        .search(SearchRequest {
            base: dn,
            scope: Scope::Base,
            filter,
            attributes: &["1.1".to_owned()],
            limit: 0,
            controls: Vec::new(),
        })
        .await?;
    Ok(!answer.entries.is_empty())
}

/// The container of a DN: what follows the first unescaped comma.
pub(super) fn container(dn: &str) -> &str {
    let mut escaped = false;
    for (at, character) in dn.char_indices() {
        match character {
            '\\' if !escaped => escaped = true,
            ',' if !escaped => return &dn[at + 1..],
            _ => escaped = false,
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_comma_does_not_end_a_name() {
        assert_eq!(
            container("cn=Lee\\, Ann,ou=people,dc=lab"),
            "ou=people,dc=lab"
        );
        assert_eq!(container("cn=a\\\\,dc=lab"), "dc=lab");
        assert_eq!(container("dc=lab"), "");
    }
}
