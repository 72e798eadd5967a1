//! The access list of an entry (MS-DTYP 2.4.6), as far as it tells whether a password may be set.

/// A security identifier as it stands in a list (MS-DTYP 2.4.2.2).
pub(super) type Sid = Vec<u8>;

/// *Reset Password* (User-Force-Change-Password), 00299570-246d-11d0-a768-00aa006e0529.
const RESET_PASSWORD: [u8; 16] = [
    0x70, 0x95, 0x29, 0x00, 0x6d, 0x24, 0xd0, 0x11, 0xa7, 0x68, 0x00, 0xaa, 0x00, 0x6e, 0x05, 0x29,
];
/// The class user, bf967aba-0de6-11d0-a285-00aa003049e2.
const USER: [u8; 16] = [
    0xba, 0x7a, 0x96, 0xbf, 0xe6, 0x0d, 0xd0, 0x11, 0xa2, 0x85, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2,
];

/// `ADS_RIGHT_DS_CONTROL_ACCESS`.
const CONTROL_ACCESS: u32 = 0x100;
/// An entry of the list that is for what is made beneath only.
const INHERIT_ONLY: u8 = 0x08;

/// Everyone (S-1-1-0) and Authenticated Users (S-1-5-11).
pub(super) fn everybody() -> [Sid; 2] {
    [
        vec![1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
        vec![1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0],
    ]
}

/// May one of `own` set the password of the user with this descriptor? `None` when it cannot be
/// read. The first entry of the list that speaks of it decides; without any it is no.
pub(super) fn may_reset_password(descriptor: &[u8], own: &[Sid]) -> Option<bool> {
    let list_at = usize::try_from(number(descriptor, 16)?).ok()?;
    if list_at == 0 {
        // No list at all gives everything to everybody.
        return Some(true);
    }
    let list = descriptor.get(list_at..)?;
    let count = u16::from_le_bytes(*list.get(4..)?.first_chunk()?);
    let mut rest = list.get(8..)?;
    for _ in 0..count {
        let size = usize::from(u16::from_le_bytes(*rest.get(2..)?.first_chunk()?));
        if size < 8 {
            return None;
        }
        let entry = rest.get(..size)?;
        match speaks(entry, own)? {
            Word::Allows => return Some(true),
            Word::Refuses => return Some(false),
            Word::Nothing => {}
        }
        rest = rest.get(size..)?;
    }
    Some(false)
}

/// What an entry of the list says of it.
enum Word {
    Allows,
    Refuses,
    Nothing,
}

/// What the entry says of one of `own`; `None` when it cannot be read.
fn speaks(entry: &[u8], own: &[Sid]) -> Option<Word> {
    let (kind, flags) = (*entry.first()?, *entry.get(1)?);
    let mask = number(entry, 4)?;
    let (word, has_object) = match kind {
        0 => (Word::Allows, false),
        1 => (Word::Refuses, false),
        5 => (Word::Allows, true),
        6 => (Word::Refuses, true),
        // Audit entries and those with conditions.
        _ => return Some(Word::Nothing),
    };
    if flags & INHERIT_ONLY != 0 || mask & CONTROL_ACCESS == 0 {
        return Some(Word::Nothing);
    }
    let mut at = 8;
    if has_object {
        let present = number(entry, 8)?;
        at = 12;
        for (flag, wanted) in [(1, RESET_PASSWORD), (2, USER)] {
            if present & flag != 0 {
                let object = entry.get(at..at + 16)?;
                at += 16;
                if object != wanted {
                    return Some(Word::Nothing);
                }
            }
        }
    }
    let sid = entry.get(at..)?;
    // A list's entries are padded.
    let length = 8 + 4 * usize::from(*sid.get(1)?);
    let sid = sid.get(..length)?;
    Some(if own.iter().any(|it| it == sid) {
        word
    } else {
        Word::Nothing
    })
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// `S-1-5-21-…`.
pub(super) fn text(sid: &[u8]) -> Option<String> {
    let (revision, count) = (*sid.first()?, usize::from(*sid.get(1)?));
    let authority = sid.get(2..8)?;
    let authority = authority
        .iter()
        .fold(0_u64, |n, &byte| n << 8 | u64::from(byte));
    let mut parts = vec![format!("S-{revision}-{authority}")];
    for part in 0..count {
        parts.push(number(sid, 8 + 4 * part)?.to_string());
    }
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sid(last: u32) -> Sid {
        let mut bytes = vec![1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0];
        bytes.extend(last.to_le_bytes());
        bytes
    }

    /// An entry of the list: kind, flags, mask, objects, whom.
    fn entry(kind: u8, flags: u8, mask: u32, objects: [Option<[u8; 16]>; 2], whom: u32) -> Vec<u8> {
        let mut body = mask.to_le_bytes().to_vec();
        if kind >= 5 {
            let present = u32::from(objects[0].is_some()) | u32::from(objects[1].is_some()) << 1;
            body.extend(present.to_le_bytes());
            body.extend(objects.into_iter().flatten().flatten());
        }
        body.extend(sid(whom));
        let size = u16::try_from(body.len() + 4).expect("small");
        let mut bytes = vec![kind, flags];
        bytes.extend(size.to_le_bytes());
        bytes.extend(body);
        bytes
    }

    fn judged(entries: &[Vec<u8>]) -> Option<bool> {
        let mut bytes = vec![
            1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0,
        ];
        let count = u16::try_from(entries.len()).expect("few");
        bytes.extend([4, 0, 0, 0]);
        bytes.extend(count.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(entries.concat());
        may_reset_password(&bytes, &[sid(7), sid(8)])
    }

    const RESET: [Option<[u8; 16]>; 2] = [Some(RESET_PASSWORD), Some(USER)];

    #[test]
    fn the_first_entry_that_speaks_of_it_decides() {
        let allow = |whom| entry(5, 0, 0x100, RESET, whom);
        let refuse = |whom| entry(6, 0, 0x100, RESET, whom);
        assert_eq!(judged(&[]), Some(false));
        assert_eq!(judged(&[allow(7)]), Some(true));
        assert_eq!(judged(&[allow(9)]), Some(false), "somebody else");
        assert_eq!(judged(&[refuse(8), allow(7)]), Some(false));
        assert_eq!(judged(&[allow(7), refuse(8)]), Some(true));
        assert_eq!(judged(&[refuse(9), allow(7)]), Some(true));
    }

    #[test]
    fn other_rights_other_objects_and_what_is_for_those_beneath_do_not_count() {
        let other = [Some([9; 16]), None];
        assert_eq!(
            judged(&[entry(5, 0, 0x100, other, 7)]),
            Some(false),
            "another right"
        );
        assert_eq!(
            judged(&[entry(5, 0, 0x10, RESET, 7)]),
            Some(false),
            "reading"
        );
        assert_eq!(
            judged(&[entry(5, 8, 0x100, RESET, 7)]),
            Some(false),
            "inherited only"
        );
        assert_eq!(
            judged(&[entry(5, 0, 0x100, [None, None], 7)]),
            Some(true),
            "all rights"
        );
        assert_eq!(
            judged(&[entry(0, 0, 0xf_01ff, [None, None], 7)]),
            Some(true),
            "full control"
        );
        assert_eq!(
            judged(&[entry(5, 0, 0x100, [Some(RESET_PASSWORD), Some([9; 16])], 7)]),
            Some(false),
            "of computers"
        );
        assert_eq!(
            judged(&[entry(7, 0, 0x100, RESET, 7)]),
            Some(false),
            "an audit entry"
        );
    }

    #[test]
    fn an_identifier_is_written_as_people_write_it() {
        assert_eq!(text(&sid(7)).as_deref(), Some("S-1-5-21-7"));
        assert_eq!(text(&[1, 5, 0]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = may_reset_password(&bytes, std::slice::from_ref(&bytes));
            let _ = text(&bytes);
        }
    }
}
