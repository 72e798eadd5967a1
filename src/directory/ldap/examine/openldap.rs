//! OpenLDAP tells nobody's rights, so changes are asked for that cannot happen: the removal of a value
//! that is not there. Whoever may not write is told that first (50), whoever may that there is no such
//! value (16).

use ldap3::Mod;

use super::right::{Access, Held, Right};
use crate::directory::ldap::{connection::Link, lost::Lost, readable, result_code as code};

const NO_SUCH_ATTRIBUTE: u32 = 16;

pub(super) async fn held(link: &Link, dn: &str, rights: &[Right]) -> Result<Vec<Held>, Lost> {
    let mut all = Vec::with_capacity(rights.len());
    for right in rights {
        let mut held = Held::Yes;
        for &attribute in right.attributes {
            let may = match right.access {
                Access::Read => readable::visible(link, dn, attribute).await?.then_some(()),
                Access::Write | Access::Reset => match may_write(link, dn, attribute).await? {
                    Ok(may) => may.then_some(()),
                    Err(why) => {
                        held = Held::Unknown(why);
                        break;
                    }
                },
            };
            if may.is_none() {
                held = Held::No(vec![attribute]);
                break;
            }
        }
        all.push(held);
    }
    Ok(all)
}

async fn may_write(link: &Link, dn: &str, attribute: &str) -> Result<Result<bool, String>, Lost> {
    let value = match attribute {
        // The only one that could be there; to remove it would change nothing but the entry's time.
        "pwdReset" if readable::matches(link, dn, "(pwdReset=FALSE)").await? => {
            return Ok(Err("this user has pwdReset: FALSE".into()));
        }
        "pwdReset" => b"FALSE".to_vec(),
        "pwdAccountLockedTime" => b"19000101000000Z".to_vec(),
        _ => format!("nobody-has-this-{:x}", rand::random::<u64>()).into_bytes(),
    };
    let removal = Mod::Delete(
        attribute.as_bytes().to_vec(),
        std::iter::once(value).collect(),
    );
    let answer = link.modify(dn, vec![removal], Vec::new()).await?;
    Ok(match answer.rc {
        NO_SUCH_ATTRIBUTE => Ok(true),
        code::NO_RIGHT => Ok(false),
        other => Err(format!("the server answered with result {other}")),
    })
}
