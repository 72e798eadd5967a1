//! Groups in groups, for servers that do not follow them: from a member upwards, level by level.

use ldap3::Scope;

use super::{membership::membership, posix::Posix};
use crate::directory::{
    DirectoryError,
    ldap::{connection::Link, lost::Lost, result_code as code, search_request::SearchRequest},
};

/// More levels, or more groups, are no organisation but a mistake.
const LEVELS: usize = 20;
const GROUPS: usize = 2000;

/// Which entries are groups: naming the classes spares a server without an index of members from
/// looking at everybody.
const CLASSES: &str = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)\
                       (objectClass=groupOfMembers)(objectClass=groupOfURLs)\
                       (objectClass=posixGroup)(objectClass=ipaUserGroup)(objectClass=group))";

/// The DNs of all groups that `dn` is a member of, by way of others too.
pub(super) async fn above(
    link: &Link,
    dn: &str,
    posix: &Posix,
) -> Result<Result<Vec<String>, Box<DirectoryError>>, Lost> {
    let mut known: Vec<String> = Vec::new();
    let mut newest = vec![dn.to_owned()];
    for level in 0..LEVELS {
        // The ID is a member of groups of its own level only.
        let nobody = Posix::default();
        let posix = if level == 0 { posix } else { &nobody };
        let members = membership(link.root.flavour, &newest, posix);
        let filter = format!("(&{CLASSES}{members})");
        let mut found = Vec::new();
        for context in &link.root.contexts {
            let answer = link
                .search(SearchRequest {
                    base: context,
                    scope: Scope::Subtree,
                    filter: &filter,
                    attributes: &["1.1".to_owned()],
                    limit: GROUPS,
                    controls: Vec::new(),
                })
                .await?;
            found.extend(answer.entries.into_iter().map(|(entry, _)| entry.dn));
            match answer.result.rc {
                // A context that is not shown holds no group that is.
                code::SUCCESS | code::NO_SUCH_OBJECT | code::NO_RIGHT => {}
                other => return Ok(Err(Box::new(unfinished(link, &format!("result {other}"))))),
            }
        }
        found.retain(|dn| !known.contains(dn));
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            return Ok(Ok(known));
        }
        known.extend(found.iter().cloned());
        if known.len() >= GROUPS {
            break;
        }
        newest = found;
    }
    Ok(Err(Box::new(unfinished(
        link,
        &format!("more than {LEVELS} levels or {GROUPS} groups"),
    ))))
}

fn unfinished(link: &Link, why: &str) -> DirectoryError {
    DirectoryError::Unavailable {
        message: format!(
            "{} did not name all groups that this user is in ({why})",
            link.server
        ),
        cure:
            "Without them nobody can tell who may reset whom: have operators' limits on searches \
               raised, or the members of groups indexed."
                .into(),
        raw: None,
    }
}
