//! Active Directory tells which attributes may be written, and shows the access list of a user, by
//! which the right to set a password is judged.

use ldap3::{Scope, controls::RawControl};

use super::{
    right::{Access, Held, Right},
    security_descriptor::{self, Sid},
};
use crate::{
    directory::ldap::{
        connection::Link, entry::Entry, flavour::Flavour, lost::Lost, search_request::SearchRequest,
    },
    operator::Operator,
};

/// `LDAP_SERVER_SD_FLAGS_OID` (MS-ADTS 3.1.1.3.4.1.11) with `SEQUENCE { INTEGER 4 }`: the access list
/// alone, which everybody who has signed in may read.
const ACCESS_LIST: (&str, [u8; 5]) = ("1.2.840.113556.1.4.801", [0x30, 3, 2, 1, 4]);

pub(super) async fn held(
    link: &Link,
    dn: &str,
    rights: &[Right],
    operator: &Operator,
) -> Result<Vec<Held>, Lost> {
    let names = rights.iter().flat_map(|right| right.attributes);
    let mut names: Vec<String> = names.map(|&name| name.to_owned()).collect();
    names.push("allowedAttributesEffective".into());
    names.push("nTSecurityDescriptor".into());
    let control = RawControl {
        ctype: ACCESS_LIST.0.into(),
        crit: true,
        val: Some(ACCESS_LIST.1.to_vec()),
    };
    let user = read(link, dn, &names, vec![control]).await?;
    let own = own(link, operator).await?;
    Ok(rights
        .iter()
        .map(|right| judge(*right, &user, &own))
        .collect())
}

fn judge(right: Right, user: &Entry, own: &[Sid]) -> Held {
    let writable = user.texts("allowedAttributesEffective");
    let may = |attribute: &str| match right.access {
        Access::Read => user.has(attribute),
        Access::Write => writable.iter().any(|it| it.eq_ignore_ascii_case(attribute)),
        Access::Reset => false,
    };
    if right.access == Access::Reset {
        let Some(list) = user.bytes("nTSecurityDescriptor") else {
            return Held::Unknown("the access list of the user is not shown to you".into());
        };
        return match security_descriptor::may_reset_password(list, own) {
            Some(true) => Held::Yes,
            Some(false) => Held::No(right.attributes.to_vec()),
            None => Held::Unknown("the access list of the user cannot be read".into()),
        };
    }
    let attributes = right.attributes.iter().copied();
    let missing: Vec<&'static str> = attributes.filter(|it| !may(it)).collect();
    if missing.is_empty() {
        Held::Yes
    } else {
        Held::No(missing)
    }
}

/// Everything that the operator is: the account, its groups, and what everybody is.
async fn own(link: &Link, operator: &Operator) -> Result<Vec<Sid>, Lost> {
    let names = ["objectSid", "tokenGroups"].map(str::to_owned);
    let entry = read(link, &operator.id.0, &names, Vec::new()).await?;
    let mut own = entry.all_bytes("tokenGroups").to_vec();
    own.extend(entry.all_bytes("objectSid").iter().cloned());
    own.extend(security_descriptor::everybody());
    Ok(own)
}

/// The operator's identifier as text, for a line that gives a right; `None` elsewhere.
pub(super) async fn own_identifier(
    link: &Link,
    operator: &Operator,
) -> Result<Option<String>, Lost> {
    if link.root.flavour != Flavour::ActiveDirectory {
        return Ok(None);
    }
    let entry = read(link, &operator.id.0, &["objectSid".to_owned()], Vec::new()).await?;
    let text = entry.bytes("objectSid").and_then(security_descriptor::text);
    Ok(text)
}

async fn read(
    link: &Link,
    dn: &str,
    attributes: &[String],
    controls: Vec<RawControl>,
) -> Result<Entry, Lost> {
    let answer = link
        .search(SearchRequest {
            base: dn,
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes,
            limit: 0,
            controls,
        })
        .await?;
    let first = answer.entries.into_iter().next();
    Ok(first.map_or_else(|| Entry::bare(dn), |(entry, _)| entry))
}
