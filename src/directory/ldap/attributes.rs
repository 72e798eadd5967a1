//! Which attributes hold what, for each flavour.

use super::{
    flavour::Flavour,
    settings::{AttributeNames, LdapSettings},
};
use crate::user::Detail;

/// The attribute map in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) login: String,
    pub(super) email: String,
    pub(super) given_name: String,
    pub(super) family_name: String,
    /// The attributes of [`Detail::ALL`]; none where the server has no such attributes.
    pub(super) details: Vec<(Detail, String)>,
    /// The whole name, used where there is no family name.
    pub(super) display: &'static [&'static str],
    pub(super) kind: Option<String>,
    /// The end of an account, where one is written.
    pub(super) end: Option<&'static str>,
    /// Where a search looks, ID first.
    pub(super) searched: Vec<String>,
    /// Which entries are users.
    pub(super) user_filter: String,
}

impl Attributes {
    /// The flavour's own names, with those that `settings` change.
    pub(super) fn new(flavour: Flavour, settings: &LdapSettings) -> Self {
        let names = &settings.attributes;
        let or =
            |name: &str, default: &str| if name.is_empty() { default } else { name }.to_owned();
        let login = or(
            &names.login,
            match flavour {
                Flavour::ActiveDirectory => "sAMAccountName",
                Flavour::OpenLdap
                | Flavour::Ds389
                | Flavour::FreeIpa
                | Flavour::Lldap
                | Flavour::Other => "uid",
            },
        );
        let email = or(&names.email, "mail");
        let searched = if names.searched.is_empty() {
            searched(flavour, &login, &email)
        } else {
            names.searched.clone()
        };
        Self {
            login,
            email,
            given_name: or(&names.given_name, "givenName"),
            family_name: or(&names.family_name, "sn"),
            details: details(flavour, names),
            display: &["displayName", "cn"],
            kind: (!names.kind.is_empty()).then(|| names.kind.clone()),
            end: match flavour {
                Flavour::ActiveDirectory => Some("accountExpires"),
                Flavour::FreeIpa => Some("krbPrincipalExpiration"),
                Flavour::OpenLdap | Flavour::Ds389 | Flavour::Lldap | Flavour::Other => None,
            },
            searched,
            user_filter: or(&settings.user_filter, user_filter(flavour)),
        }
    }

    /// What a list and a page both ask for.
    pub(super) fn requested(&self, flavour: Flavour) -> Vec<String> {
        let mut names: Vec<String> = [
            &self.login,
            &self.email,
            &self.given_name,
            &self.family_name,
        ]
        .into_iter()
        .cloned()
        .collect();
        names.extend(self.kind.clone());
        names.extend(self.details.iter().map(|(_, name)| name.clone()));
        let more = self
            .display
            .iter()
            .chain(of_state(flavour))
            .chain(OF_VERSION);
        names.extend(more.map(|&name| name.to_owned()));
        names
    }

    /// Which attribute holds a detail.
    pub(super) fn detail(&self, detail: Detail) -> Option<&str> {
        let held = self.details.iter().find(|(one, _)| *one == detail);
        held.map(|(_, name)| name.as_str())
    }

    /// What a change of a user may write, each of which has one value to people.
    pub(super) fn written(&self) -> Vec<&str> {
        let names = [&self.email, &self.given_name, &self.family_name];
        let details = self.details.iter().map(|(_, name)| name);
        names
            .into_iter()
            .chain(details)
            .chain(&self.kind)
            .map(String::as_str)
            .chain(self.end)
            .collect()
    }

    /// The attributes that hold names.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = vec![self.given_name.clone(), self.family_name.clone()];
        names.extend(self.display.iter().map(|&name| name.to_owned()));
        names
    }

    /// What a search covers, in words.
    pub(super) fn in_words(&self) -> String {
        let mut names = self.searched.join(", ");
        if let Some(comma) = names.rfind(", ") {
            names.replace_range(comma..comma + 2, " and ");
        }
        names
    }
}

/// The usual attributes of RFC 4519 and RFC 2798, Active Directory's among them. lldap has only what
/// a site adds to it.
fn details(flavour: Flavour, names: &AttributeNames) -> Vec<(Detail, String)> {
    let usual = |default| match flavour {
        Flavour::Lldap => "",
        Flavour::OpenLdap
        | Flavour::Ds389
        | Flavour::FreeIpa
        | Flavour::ActiveDirectory
        | Flavour::Other => default,
    };
    [
        (Detail::DisplayName, &names.display_name, "displayName"),
        (Detail::Phone, &names.phone, "telephoneNumber"),
        (
            Detail::Station,
            &names.station,
            "physicalDeliveryOfficeName",
        ),
        (Detail::JobTitle, &names.job_title, "title"),
    ]
    .into_iter()
    .map(|(detail, told, default)| {
        let name = if told.is_empty() {
            usual(default)
        } else {
            told
        };
        (detail, name.to_owned())
    })
    .filter(|(_, name)| !name.is_empty())
    .collect()
}

fn searched(flavour: Flavour, login: &str, email: &str) -> Vec<String> {
    let more: &[&str] = match flavour {
        Flavour::ActiveDirectory => &[
            "userPrincipalName",
            "employeeNumber",
            "employeeID",
            "displayName",
            "givenName",
            "sn",
        ],
        Flavour::Lldap => &["cn", "givenName", "sn"],
        Flavour::OpenLdap | Flavour::Ds389 | Flavour::FreeIpa | Flavour::Other => {
            &["employeeNumber", "cn", "displayName", "givenName", "sn"]
        }
    };
    let mut all = vec![login.to_owned(), email.to_owned()];
    all.extend(more.iter().map(|&name| name.to_owned()));
    all
}

const fn user_filter(flavour: Flavour) -> &'static str {
    match flavour {
        // Computers and trusts are of the class user too.
        // krbtgt is no one, not that of a read-only domain controller either.
        Flavour::ActiveDirectory => {
            "(&(sAMAccountType=805306368)(!(sAMAccountName=krbtgt))(!(msDS-SecondaryKrbTgtNumber=*)))"
        }
        // The compatibility tree has posixAccount alone, hosts and services have no name of a person.
        Flavour::FreeIpa => "(&(objectClass=inetOrgPerson)(objectClass=krbPrincipalAux))",
        Flavour::Ds389 | Flavour::Other | Flavour::OpenLdap | Flavour::Lldap => {
            "(|(objectClass=inetOrgPerson)(objectClass=account)(objectClass=posixAccount))"
        }
    }
}

/// Attributes that tell the state, for each flavour.
pub(super) const fn of_state(flavour: Flavour) -> &'static [&'static str] {
    match flavour {
        Flavour::OpenLdap | Flavour::Other => &[
            "pwdAccountLockedTime",
            "pwdAccountTmpLockoutEnd",
            "pwdFailureTime",
            "pwdReset",
            "pwdChangedTime",
            "pwdPolicySubentry",
            "pwdStartTime",
            "pwdEndTime",
            "pwdGraceUseTime",
            "shadowExpire",
            "pwdLastSuccess",
            "authTimestamp",
        ],
        Flavour::Ds389 => &[
            "nsAccountLock",
            "passwordRetryCount",
            "accountUnlockTime",
            "retryCountResetTime",
            "passwordExpirationTime",
            "pwdReset",
            "pwdUpdateTime",
            "pwdPolicySubentry",
            "pwdTPRReset",
            "pwdTPRExpireAt",
            "pwdTPRUseCount",
            "pwdTPRValidFrom",
            "passwordAllowChangeTime",
            "passwordGraceUserTime",
            "lastLoginTime",
            "shadowExpire",
            "nsUniqueId",
        ],
        Flavour::FreeIpa => &[
            "nsAccountLock",
            "krbLoginFailedCount",
            "krbLastFailedAuth",
            "krbLastAdminUnlock",
            "krbLastSuccessfulAuth",
            "krbPasswordExpiration",
            "krbPrincipalExpiration",
            "krbLastPwdChange",
            "krbPwdPolicyReference",
            "ipaUniqueID",
            "nsUniqueId",
        ],
        Flavour::ActiveDirectory => &[
            "userAccountControl",
            "msDS-User-Account-Control-Computed",
            "msDS-UserPasswordExpiryTimeComputed",
            "msDS-KeyVersionNumber",
            "msDS-ResultantPSO",
            "msDS-SecondaryKrbTgtNumber",
            "sAMAccountType",
            "objectSid",
            "pwdLastSet",
            "lockoutTime",
            "badPwdCount",
            "badPasswordTime",
            "accountExpires",
            "lastLogonTimestamp",
            "adminCount",
            "objectGUID",
            "whenChanged",
        ],
        Flavour::Lldap => &["pwdChangedTime", "shadowExpire"],
    }
}

/// Attributes that tell which version of an entry it is, and who changed it last.
pub(super) const OF_VERSION: &[&str] = &[
    "entryUUID",
    "entryCSN",
    "entryusn",
    "modifyTimestamp",
    "modifiersName",
    "memberOf",
];
