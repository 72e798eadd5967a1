//! What an operator may do with a user, and the line that gives what is missing.

use super::{
    active_directory, cures, ds389, openldap,
    right::{ACTIVE_DIRECTORY, DS389, FREEIPA, Held, OPENLDAP},
};
use crate::{
    directory::{
        Finding,
        ldap::{connection::Link, flavour::Flavour, lost::Lost},
    },
    operator::Operator,
};

/// What the operator may do with the user `dn`, and what is missing.
pub(super) async fn of(link: &Link, dn: &str, operator: &Operator) -> Result<Vec<Finding>, Lost> {
    let (rights, held) = match link.root.flavour {
        Flavour::OpenLdap => (OPENLDAP, openldap::held(link, dn, OPENLDAP).await?),
        Flavour::Ds389 => (DS389, ds389::held(link, dn, DS389, operator).await?),
        Flavour::FreeIpa => (FREEIPA, ds389::held(link, dn, FREEIPA, operator).await?),
        Flavour::ActiveDirectory => {
            let held = active_directory::held(link, dn, ACTIVE_DIRECTORY, operator);
            (ACTIVE_DIRECTORY, held.await?)
        }
        Flavour::Lldap => {
            return Ok(vec![Finding::unclear(
                "lldap shows nobody's rights before they are used",
                "Put operators into the group lldap_password_manager.",
            )]);
        }
        Flavour::Other => {
            return Ok(vec![Finding::unclear(
                "this server shows nobody's rights before they are used",
                "",
            )]);
        }
    };
    let sid = active_directory::own_identifier(link, operator).await?;
    let mut found: Vec<Finding> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    for (right, held) in rights.iter().zip(held) {
        let what = format!("{} ({})", right.what, right.attributes.join(", "));
        found.push(match held {
            Held::Yes => Finding::good(format!("you may {what} of {dn}")),
            // The line that lets it be written lets it be read.
            Held::No(attributes) if attributes.iter().all(|it| missing.contains(it)) => continue,
            Held::No(attributes) => {
                missing.extend(&attributes);
                let cure = cures::right(link, *right, &attributes, dn, operator, sid.as_deref());
                Finding::wrong(format!("you may not {what} of {dn}"), &cure)
            }
            Held::Unknown(why) => Finding::unclear(
                format!("whether you may {what} of {dn} is not known: {why}"),
                "",
            ),
        });
    }
    Ok(found)
}
