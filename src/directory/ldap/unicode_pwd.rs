//! The value of `unicodePwd` (MS-ADTS 3.1.1.3.1.5.1).

use zeroize::Zeroizing;

/// `"password"` in UTF-16LE with its quotation marks, without a byte order mark
/// (MS-ADTS 3.1.1.3.1.5.1).
pub(super) fn quoted(password: &str) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 4));
    let units = std::iter::once(u16::from(b'"'))
        .chain(password.encode_utf16())
        .chain(std::iter::once(u16::from(b'"')));
    for unit in units {
        bytes.extend_from_slice(&unit.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_in_quotation_marks_as_utf_16() {
        assert_eq!(&*quoted("aß"), &[0x22, 0, 0x61, 0, 0xdf, 0, 0x22, 0]);
        // U+1D11E lies outside the BMP: a surrogate pair.
        assert_eq!(&*quoted("𝄞"), &[0x22, 0, 0x34, 0xd8, 0x1e, 0xdd, 0x22, 0]);
    }
}
