//! 389 Directory Server tells everybody's own rights (the "get effective rights" control).

use ldap3::{Scope, controls::RawControl};

use super::right::{Access, Held, Right};
use crate::{
    directory::ldap::{connection::Link, lost::Lost, search_request::SearchRequest},
    operator::Operator,
};

const EFFECTIVE_RIGHTS: &str = "1.3.6.1.4.1.42.2.27.9.5.2";

pub(super) async fn held(
    link: &Link,
    dn: &str,
    rights: &[Right],
    operator: &Operator,
) -> Result<Vec<Held>, Lost> {
    let unknown = |why: &str| vec![Held::Unknown(why.to_owned()); rights.len()];
    if !link.root.control(EFFECTIVE_RIGHTS) {
        return Ok(unknown(
            "the server does not know the effective rights control",
        ));
    }
    let names = rights.iter().flat_map(|right| right.attributes);
    let names: Vec<String> = names.map(|&name| name.to_owned()).collect();
    let answer = link
        .search(SearchRequest {
            base: dn,
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &names,
            limit: 0,
            controls: vec![RawControl {
                ctype: EFFECTIVE_RIGHTS.into(),
                crit: true,
                val: Some(format!("dn:{}", operator.id).into_bytes()),
            }],
        })
        .await?;
    let Some((entry, _)) = answer.entries.into_iter().next() else {
        return Ok(unknown("the server does not tell you"));
    };
    let told = entry.texts("attributeLevelRights").join(", ");
    Ok(rights.iter().map(|right| judge(right, &told)).collect())
}

/// `told` is `userPassword:cwo, pwdReset:rsc, nsAccountLock:none`.
fn judge(right: &Right, told: &str) -> Held {
    let letter = match right.access {
        Access::Read => 'r',
        Access::Write | Access::Reset => 'w',
    };
    let mut missing = Vec::new();
    for &attribute in right.attributes {
        let letters = told
            .split(',')
            .filter_map(|part| part.trim().split_once(':'))
            .find_map(|(name, letters)| name.eq_ignore_ascii_case(attribute).then_some(letters));
        match letters {
            None => return Held::Unknown(format!("nothing was told of {attribute}")),
            // "none" has no such letter, and "r" only by chance.
            Some("none") => missing.push(attribute),
            Some(letters) if !letters.contains(letter) => missing.push(attribute),
            Some(_) => {}
        }
    }
    if missing.is_empty() {
        Held::Yes
    } else {
        Held::No(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_of_a_server_are_read_as_rights() {
        let of = |access, attributes| {
            let right = Right {
                what: "",
                access,
                attributes,
            };
            judge(&right, "userPassword:cwo, pwdReset:rsc, nsAccountLock:none")
        };
        assert_eq!(of(Access::Write, &["userPassword"]), Held::Yes);
        assert_eq!(
            of(Access::Read, &["userPassword"]),
            Held::No(vec!["userPassword"])
        );
        assert_eq!(
            of(Access::Read, &["pwdReset", "nsAccountLock"]),
            Held::No(vec!["nsAccountLock"])
        );
        assert!(matches!(of(Access::Read, &["other"]), Held::Unknown(_)));
    }
}
