//! Who acts at this machine without a sign-in: what the kernel tells, and what sudo claims.

use std::{env, fs, io, os::unix::fs::MetadataExt as _, path::Path};

use rustix::process::{Gid, Uid};

use crate::source::{account_name, is_account_name};

/// No login has set the kernel's login number (`/proc/self/loginuid`).
const NO_LOGIN: u32 = u32::MAX;

/// Whoever acts at this machine, in words for the audit: `user number 0 (root), login user number
/// 1000 (bob), terminal /dev/pts/3; sudo claims SUDO_USER=bob SUDO_UID=1000`. The claims stand
/// apart, since anybody can set a variable.
pub fn who() -> String {
    let uid = rustix::process::getuid().as_raw();
    let login = fs::read_to_string("/proc/self/loginuid")
        .ok()
        .and_then(|text| text.trim().parse().ok());
    let terminal = super::terminal_name();
    described(&account_name, uid, login, terminal.as_deref(), |name| {
        env::var(name).ok()
    })
}

fn described(
    name: &dyn Fn(u32) -> Option<String>,
    uid: u32,
    login: Option<u32>,
    terminal: Option<&str>,
    variable: impl Fn(&str) -> Option<String>,
) -> String {
    let mut said = format!("user number {}", named(uid, name));
    if let Some(login) = login.filter(|login| *login != NO_LOGIN) {
        said.push_str(", login user number ");
        said.push_str(&named(login, name));
    }
    match terminal {
        Some(terminal) => {
            said.push_str(", terminal ");
            said.push_str(terminal);
        }
        None => said.push_str(", no terminal"),
    }
    let claims: Vec<String> = ["SUDO_USER", "SUDO_UID"]
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", claim(&variable(name)?)?)))
        .collect();
    if !claims.is_empty() {
        said.push_str("; sudo claims ");
        said.push_str(&claims.join(" "));
    }
    said
}

/// What a variable claims, as long as it could be an account.
fn claim(value: &str) -> Option<&str> {
    is_account_name(value).then_some(value)
}

/// `1000 (bob)`, or the number alone for an account that the machine does not know.
fn named(uid: u32, name: &dyn Fn(u32) -> Option<String>) -> String {
    match name(uid) {
        Some(name) => format!("{uid} ({name})"),
        None => uid.to_string(),
    }
}

/// Root goes on as the owner of `file`: what SQLite makes beside it then belongs to the owner, and
/// no link that the owner has laid leads root anywhere. Anybody else, and a file that is root's own
/// or is not there, stays as it is. Before any thread is started.
///
/// # Errors
/// What the kernel says; the program must not go on then.
pub fn become_owner_of(file: &Path) -> io::Result<()> {
    let Ok(about) = fs::metadata(file) else {
        return Ok(());
    };
    if !rustix::process::geteuid().is_root() || about.uid() == 0 {
        return Ok(());
    }
    let (user, group) = (Uid::from_raw(about.uid()), Gid::from_raw(about.gid()));
    rustix::thread::set_thread_groups(&[])?;
    rustix::thread::set_thread_res_gid(group, group, group)?;
    rustix::thread::set_thread_res_uid(user, user, user)?;
    // The kernel forgets it with the change of user (prctl(2)).
    super::harden()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(uid: u32) -> Option<String> {
        match uid {
            0 => Some("root".into()),
            1000 => Some("bob".into()),
            _ => None,
        }
    }

    fn said(uid: u32, login: Option<u32>, variables: &[(&str, &str)]) -> String {
        described(&name, uid, login, Some("/dev/pts/3"), |name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_the_kernel_tells_stands_apart_from_what_sudo_claims() {
        assert_eq!(
            said(0, Some(1000), &[("SUDO_USER", "bob"), ("SUDO_UID", "1000")]),
            "user number 0 (root), login user number 1000 (bob), terminal /dev/pts/3; \
             sudo claims SUDO_USER=bob SUDO_UID=1000"
        );
        assert_eq!(
            said(4711, Some(NO_LOGIN), &[]),
            "user number 4711, terminal /dev/pts/3"
        );
        assert!(described(&name, 0, None, None, |_| None).ends_with("no terminal"));
    }

    #[test]
    fn a_claim_that_is_no_name_of_an_account_is_not_repeated() {
        for crafted in ["", "a b", "bob\n", "x; approved by the chief", "\u{1b}[2J"] {
            let said = said(1001, None, &[("SUDO_USER", crafted)]);
            assert_eq!(said, "user number 1001, terminal /dev/pts/3", "{crafted:?}");
        }
    }
}
