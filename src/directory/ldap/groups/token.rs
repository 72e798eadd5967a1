//! What Active Directory puts into a sign-in's token: every security group, nested ones and the
//! primary one (which has no such member) included (MS-ADTS 3.1.1.4.5.19).

use crate::directory::ldap::entry::Entry;

/// What is asked of the account.
pub(super) const ATTRIBUTES: [&str; 2] = ["tokenGroups", "primaryGroupID"];

/// The identifiers (SIDs) of the groups of an account.
#[derive(Debug, Default)]
pub(super) struct Token {
    groups: Vec<Vec<u8>>,
    /// The last part of the primary group's identifier.
    primary: Option<u32>,
}

impl Token {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            groups: entry.all_bytes("tokenGroups").to_vec(),
            primary: entry
                .number("primaryGroupID")
                .and_then(|number| u32::try_from(number).ok()),
        }
    }

    /// Is `group` one of them?
    pub(super) fn names(&self, group: &Entry) -> bool {
        let Some(identifier) = group.bytes("objectSid") else {
            return false;
        };
        self.groups.iter().any(|known| known == identifier)
            || self.primary.is_some() && last_part(identifier) == self.primary
    }
}

/// The last part of an identifier of the domain (MS-DTYP 2.4.2.2): four bytes, little endian.
fn last_part(identifier: &[u8]) -> Option<u32> {
    let bytes = identifier.last_chunk::<4>()?;
    // Groups of the domain have five parts; those of the machine (S-1-5-32-544) two, and may bear the
    // same last one.
    (identifier.get(1) == Some(&5)).then(|| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identifier(parts: &[u32]) -> Vec<u8> {
        let count = u8::try_from(parts.len()).expect("few");
        let mut bytes = vec![1, count, 0, 0, 0, 0, 0, 5];
        for part in parts {
            bytes.extend(part.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn the_primary_group_is_the_one_of_the_domain() {
        let of_domain = identifier(&[21, 1, 2, 3, 544]);
        assert_eq!(last_part(&of_domain), Some(544));
        assert_eq!(last_part(&identifier(&[32, 544])), None, "Administrators");
        assert_eq!(last_part(&[]), None);
    }
}
