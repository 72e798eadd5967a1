//! Two operators reset one user at the same moment.

use halligan::{
    directory::{
        Directory,
        ldap::settings::{LdapSettings, PasswordWrite},
    },
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::UserId,
};

use super::{
    servers::Server,
    support::{Desk, step},
};

/// How often two writers are let loose.
const ROUNDS: u32 = 25;

/// Is this password in force? Told by OpenLDAP's own tool.
fn is_in_force(server: Server, name: &str, password: &str) -> bool {
    let said = server.bind_as(name, password);
    said.code == 0
        || said.text.contains("must be changed")
        || said.text.contains("data 773")
        || said.text.contains("not supported")
}

/// Of two who write at once, nobody is told "read back" whose password is not in force.
async fn nobody_is_told_what_does_not_hold(
    server: Server,
    (one, two): (&Desk, &Desk),
    id: &UserId,
    name: &str,
    before_each: impl Fn(),
) {
    let mut claimed = 0;
    for round in 0..ROUNDS {
        before_each();
        let (first, second) = (
            format!("Temp-Plm7xqRd-a{round}"),
            format!("Temp-Plm7xqRd-b{round}"),
        );
        let read = one.directory.user(&one.operator, id).await.expect("read");
        let seen = Some(&read.version);
        let answers = tokio::join!(
            one.reset_with(id, &first, seen, true, true),
            two.reset_with(id, &second, seen, true, true)
        );
        let claims = |answer: &Result<Receipt, _>| {
            matches!(
                answer,
                Ok(Receipt {
                    proof: Proof::ReadBack(_),
                    ..
                })
            )
        };
        let (first_claims, second_claims) = (claims(&answers.0), claims(&answers.1));
        assert!(
            !(first_claims && second_claims),
            "round {round}: {answers:?}"
        );
        claimed += u32::from(first_claims) + u32::from(second_claims);
        for (claims, password) in [(first_claims, &first), (second_claims, &second)] {
            assert!(
                !claims || is_in_force(server, name, password),
                "round {round}: {answers:?}"
            );
        }
    }
    assert!(
        claimed > ROUNDS / 2,
        "{claimed} of {ROUNDS} rounds had a winner"
    );
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn in_a_domain_the_old_time_of_the_password_goes_with_the_modify() {
    let server = Server::Samba;
    let (one, two) = (server.desk().await, server.signed_in_as("chief").await);
    let id = one.user("more6").await.id;
    let name = server.name("more6");
    let not_zero = || {
        server.modify(&format!(
            "dn: {id}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: -1\n"
        ));
    };
    nobody_is_told_what_does_not_hold(server, (&one, &two), &id, &name, not_zero).await;
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn under_the_assertion_control_one_of_two_writers_is_refused() {
    let server = Server::OpenLdap;
    let settings = LdapSettings {
        write_password_by: PasswordWrite::Modify,
        ..server.settings()
    };
    let one = Desk::open(settings.clone(), "desk", "desk-Plm7xqRd").await;
    let two = Desk::open(settings.clone(), "writer", "writer-Plm7xqRd").await;
    let id = server.user_dn("more7");
    nobody_is_told_what_does_not_hold(server, (&one, &two), &id, &id.0, || ()).await;
    // All of it in one write, also for who may only write.
    for (desk, login) in [(&one, "more8"), (&two, "more9")] {
        server.lock_by_failures(login);
        let id = server.user_dn(login);
        let receipt = desk.reset(&id, "Temp-Plm7xqRd-1").await.expect("reset");
        assert!(receipt.is_success(), "{receipt:?}");
        for each in [Step::PasswordSet, Step::MustChange, Step::Unlocked] {
            assert_eq!(step(&receipt, each), &StepOutcome::Done);
        }
        assert!(
            matches!(&receipt.proof, Proof::ReadBack(how) if how.contains("this write gave them")),
            "{receipt:?}"
        );
        server.must_change(&id.0, "Temp-Plm7xqRd-1");
    }
    // The server hashes it, as this way of writing takes for granted.
    let stored = super::support::tool(
        "ldapsearch",
        &server.pki("ca.crt"),
        &[
            "-LLL",
            "-x",
            "-H",
            &server.url(),
            "-D",
            "cn=admin,dc=lab,dc=test",
            "-w",
            "adminpw",
            "-s",
            "base",
            "-b",
            &server.user_dn("more8").0,
            "userPassword",
        ],
        "",
    );
    // `{SSHA}` in Base64.
    assert!(
        stored.text.contains("userPassword:: e1NTSEF9"),
        "{stored:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_failed_sign_in_at_the_same_moment_does_not_refuse_a_write_under_assertion() {
    let server = Server::OpenLdap;
    let settings = LdapSettings {
        write_password_by: PasswordWrite::Modify,
        ..server.settings()
    };
    let desk = Desk::open(settings, "desk", "desk-Plm7xqRd").await;
    let id = server.user_dn("more10");
    let seen = desk.user("more10").await;
    // It moves entryCSN, and neither password nor flags.
    server.bind("more10", "wrong");
    let receipt = desk
        .reset_with(&id, "Temp-Plm7xqRd-1", Some(&seen.version), true, true)
        .await
        .expect("no conflict");
    assert!(receipt.is_success(), "{receipt:?}");
    server.must_change(&id.0, "Temp-Plm7xqRd-1");
}
