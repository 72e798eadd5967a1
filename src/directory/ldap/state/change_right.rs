//! "User cannot change password" in Active Directory: no flag is kept for it, only entries in the
//! access control list of the user (MS-ADTS 3.1.1.3.1.5, MS-DTYP 2.4.4 to 2.4.6).

/// The right Change Password, `ab721a53-1e2f-11d0-9819-00aa0040529b`, as it is stored.
const CHANGE_PASSWORD: [u8; 16] = [
    0x53, 0x1a, 0x72, 0xab, 0x2f, 0x1e, 0xd0, 0x11, 0x98, 0x19, 0x00, 0xaa, 0x00, 0x40, 0x52, 0x9b,
];
/// Everyone, `S-1-1-0`.
const EVERYONE: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
/// The user, `S-1-5-10`.
const SELF: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0];
/// Type of an entry that denies a right.
const DENIED_OBJECT: u8 = 6;
/// Flag of an entry that counts for entries below only.
const INHERIT_ONLY: u8 = 0x08;
/// The bit of extended rights in the mask of an entry.
const CONTROL_ACCESS: u32 = 0x100;

/// May the user change the own password? `None` when the descriptor makes no sense.
pub(super) fn may_change_password(descriptor: &[u8]) -> Option<bool> {
    let list = usize::try_from(number(descriptor, 16)?).ok()?;
    // No list at all denies nothing.
    if list == 0 {
        return Some(true);
    }
    let count = short(descriptor, list.checked_add(4)?)?;
    let mut at = list.checked_add(8)?;
    for _ in 0..count {
        let size = usize::from(short(descriptor, at.checked_add(2)?)?);
        let entry = descriptor.get(at..at.checked_add(size)?)?;
        if denies(entry)? {
            return Some(false);
        }
        at = at.checked_add(size.max(4))?;
    }
    Some(true)
}

/// Does the entry deny Change Password to everyone or to the user?
fn denies(entry: &[u8]) -> Option<bool> {
    let (kind, flags) = (*entry.first()?, *entry.get(1)?);
    if kind != DENIED_OBJECT || flags & INHERIT_ONLY != 0 {
        return Some(false);
    }
    let is_right = number(entry, 4)? & CONTROL_ACCESS != 0;
    let present = number(entry, 8)?;
    // The kind of object comes first, where it is there; then the kind of those that inherit.
    let is_change = present & 1 != 0 && entry.get(12..28)? == CHANGE_PASSWORD;
    let whom = entry.get(if present & 2 != 0 { 44 } else { 28 }..)?;
    Some(is_right && is_change && (whom.starts_with(&EVERYONE) || whom.starts_with(&SELF)))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(two.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A descriptor with one entry.
    fn descriptor(kind: u8, flags: u8, right: [u8; 16], whom: &[u8]) -> Vec<u8> {
        let mut entry = vec![kind, flags, 0, 0];
        entry.extend(CONTROL_ACCESS.to_le_bytes());
        entry.extend(1_u32.to_le_bytes());
        entry.extend(right);
        entry.extend(whom);
        entry[2] = u8::try_from(entry.len()).expect("short");
        let mut all = vec![1, 0, 4, 0x80];
        all.extend([0; 12]);
        all.extend(20_u32.to_le_bytes());
        all.extend([4, 0, 0, 0, 1, 0, 0, 0]);
        all.extend(entry);
        all
    }

    #[test]
    fn a_denied_change_password_is_found_for_everyone_and_for_the_user() {
        let read = |kind, flags, right, whom: &[u8]| {
            may_change_password(&descriptor(kind, flags, right, whom))
        };
        assert_eq!(read(6, 0, CHANGE_PASSWORD, &EVERYONE), Some(false));
        assert_eq!(read(6, 0, CHANGE_PASSWORD, &SELF), Some(false));
        assert_eq!(
            read(5, 0, CHANGE_PASSWORD, &EVERYONE),
            Some(true),
            "allowed"
        );
        assert_eq!(read(6, 8, CHANGE_PASSWORD, &EVERYONE), Some(true), "others");
        assert_eq!(read(6, 0, [0; 16], &EVERYONE), Some(true), "another right");
        let administrators = [1, 1, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0];
        assert_eq!(read(6, 0, CHANGE_PASSWORD, &administrators), Some(true));
        assert_eq!(may_change_password(&[]), None);
    }

    proptest! {
        #[test]
        fn no_descriptor_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = may_change_password(&bytes);
        }
    }
}
