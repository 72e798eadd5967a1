//! The exact line that gives a right which is missing.

use super::right::{Access, Right};
use crate::{
    directory::ldap::{connection::Link, flavour::Flavour, rdn},
    operator::Operator,
};

/// The class user of Active Directory's schema, for delegations.
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// For `right` on `attributes` of users beside `dn`; `sid` is the operator's identifier in Active
/// Directory.
pub(super) fn right(
    link: &Link,
    right: Right,
    attributes: &[&str],
    dn: &str,
    operator: &Operator,
    sid: Option<&str>,
) -> String {
    let place = rdn::above(dn).next().unwrap_or(dn).trim();
    let who = &operator.id.0;
    match link.root.flavour {
        Flavour::OpenLdap => openldap(attributes, place, who),
        Flavour::Ds389 => {
            let allowed = match right.access {
                Access::Read => "read,search,compare",
                Access::Write | Access::Reset => "write",
            };
            format!(
                "aci: (target=\"ldap:///{place}\")(targetattr=\"{}\")(version 3.0; acl \"Halligan: {}\"; \
                 allow ({allowed}) userdn=\"ldap:///{who}\";)",
                attributes.join(" || "),
                right.what
            )
        }
        Flavour::FreeIpa => format!("ipa role-add-member helpdesk --users={}", operator.login),
        Flavour::ActiveDirectory => delegation(link, right, attributes, place, operator, sid),
        Flavour::Lldap | Flavour::Other => String::new(),
    }
}

/// First in the list, and passing everybody else on to the rules that are there.
fn openldap(attributes: &[&str], place: &str, who: &str) -> String {
    // Only with `manage` is the operator a password administrator; writing lets it be read, too.
    let level = match attributes {
        ["userPassword"] => "manage",
        ["pwdChangedTime"] => "read",
        _ => "write",
    };
    format!(
        "olcAccess: {{0}}to dn.subtree=\"{place}\" attrs={} by dn.exact=\"{who}\" {level} by * break",
        attributes.join(",")
    )
}

fn delegation(
    link: &Link,
    right: Right,
    attributes: &[&str],
    place: &str,
    operator: &Operator,
    sid: Option<&str>,
) -> String {
    let (letters, object, name) = match (right.access, attributes) {
        (Access::Reset, _) => (
            "CR",
            "00299570-246d-11d0-a768-00aa006e0529",
            "CA;Reset Password",
        ),
        (_, ["pwdLastSet"]) => (
            "RPWP",
            "bf967a0a-0de6-11d0-a285-00aa003049e2",
            "RPWP;pwdLastSet",
        ),
        (_, ["lockoutTime"]) => (
            "RPWP",
            "28630ebf-41d5-11d1-a9c1-0000f80367c1",
            "RPWP;lockoutTime",
        ),
        _ => {
            return format!(
                "dsacls \"{place}\" /I:S /G \"{}:RP;;user\"",
                account(link, operator)
            );
        }
    };
    match sid {
        Some(sid) if link.root.is_samba() => format!(
            "samba-tool dsacl set --objectdn=\"{place}\" \
             --sddl=\"(OA;CI;{letters};{object};{USER};{sid})\""
        ),
        Some(_) | None => format!(
            "dsacls \"{place}\" /I:S /G \"{}:{name};user\"",
            account(link, operator)
        ),
    }
}

fn account(link: &Link, operator: &Operator) -> String {
    let domain = link.root.domain().unwrap_or_default();
    format!("{}@{domain}", operator.login)
}

/// For reading the policy `source`.
pub(super) fn policy(flavour: Flavour, source: &str, operator: &Operator) -> String {
    let who = &operator.id.0;
    match flavour {
        Flavour::OpenLdap if rdn::is_name(source) => {
            format!("olcAccess: {{0}}to dn.base=\"{source}\" by dn.exact=\"{who}\" read by * break")
        }
        Flavour::Ds389 => format!(
            "aci: (targetattr=\"objectClass || password*\")(version 3.0; acl \"Halligan: see the \
             policy\"; allow (read,search,compare) userdn=\"ldap:///{who}\";)"
        ),
        Flavour::FreeIpa => "ipa privilege-add-permission \"Modify Users and Reset passwords\" \
             --permission=\"System: Read Group Password Policy\""
            .into(),
        Flavour::ActiveDirectory => {
            "Have operators given read on that settings object (PSO).".into()
        }
        Flavour::OpenLdap | Flavour::Lldap | Flavour::Other => {
            "Name the policy as default_policy in [ldap].".into()
        }
    }
}
