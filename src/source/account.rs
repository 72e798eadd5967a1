//! The accounts of this machine.

use std::fs;

/// The name of the account `uid`, where `/etc/passwd` knows it.
pub fn account_name(uid: u32) -> Option<String> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    name_in(&passwd, uid).map(str::to_owned)
}

/// The name of an account by its number, from the text of `/etc/passwd` (passwd(5)).
fn name_in(passwd: &str, uid: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(uid) && is_account_name(name)).then_some(name)
    })
}

/// Could useradd(8) have given this name? Nothing else is repeated to people or shells.
pub fn is_account_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-$@".contains(&byte);
    !text.is_empty() && text.len() <= 64 && !text.starts_with('-') && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_by_its_number_and_a_crafted_name_is_not_repeated() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n\
            ev\u{1b}il:x:1001:1001::/:\n-x:x:1002:1002::/:\nbroken\n";
        assert_eq!(name_in(passwd, 0), Some("root"));
        assert_eq!(name_in(passwd, 1000), Some("bob"));
        for unknown in [1001, 1002, 4711] {
            assert_eq!(name_in(passwd, unknown), None, "{unknown}");
        }
    }
}
