//! The directory's own rules: told before a save, kept by what is drawn, and told apart when they
//! refuse.

use halligan::{
    directory::{Directory, DirectoryError},
    receipt::{Step, StepOutcome},
    user::{Fact, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{step, tool},
};

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn who_must_change_and_may_not_is_told_before_the_save_and_after_it() {
    let server = Server::OpenLdap;
    let desk = server.desk().await;
    let id = server.user_dn("fixed");
    let told = |warnings: &[String]| warnings.iter().any(|told| told.contains("may not change"));
    assert!(told(&desk.warnings(&id).await));
    desk.reset(&id, "Temp-Plm7xqRd-1").await.expect("reset");
    let verdict = desk.user("fixed").await.verdict(Timestamp::now());
    assert_eq!(verdict, Verdict::MustChangeButMayNot);
    server.must_change(&id.0, "Temp-Plm7xqRd-1");
    assert_ne!(changes_own(server, "fixed", "Temp-Plm7xqRd-1").0, 0);
    // The least age is lifted by must-change, so it is no reason to warn.
    let young = server.user_dn("young");
    let warnings = desk.warnings(&young).await;
    assert!(!told(&warnings), "{warnings:?}");
    assert!(
        !warnings.iter().any(|told| told.contains("day old")),
        "{warnings:?}"
    );
    desk.reset(&young, "Temp-Plm7xqRd-1").await.expect("reset");
    let verdict = desk.user("young").await.verdict(Timestamp::now());
    assert_eq!(verdict, Verdict::MustChange);
    assert_eq!(changes_own(server, "young", "Temp-Plm7xqRd-1").0, 0);
    // Now it counts.
    let state = desk.user("young").await.state;
    assert!(
        matches!(state.earliest_change, Fact::Known(Some(at)) if at > Timestamp::now()),
        "{state:?}"
    );
}

/// The user changes the own password, by OpenLDAP's own tool.
fn changes_own(server: Server, login: &str, old: &str) -> (i32, String) {
    let (url, name) = (server.url(), server.name(login));
    let arguments = [
        "-x",
        "-H",
        &url,
        "-D",
        &name,
        "-w",
        old,
        "-s",
        "Own-Plm7xqRd-choice-7",
        "-e",
        "ppolicy",
    ];
    let said = tool("ldappasswd", &server.pki("ca.crt"), &arguments, "");
    (said.code, said.text)
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn in_a_domain_a_user_who_cannot_change_the_password_is_told_before_the_save() {
    let server = Server::Samba;
    let desk = server.desk().await;
    let fixed = desk.user("fixed").await;
    assert_eq!(fixed.state.may_change_password, Fact::Known(false));
    let warnings = desk.warnings(&fixed.id).await;
    assert!(
        warnings.iter().any(|told| told.contains("may not change")),
        "{warnings:?}"
    );
    let other = desk.user("more5").await;
    assert_eq!(other.state.may_change_password, Fact::Known(true));
    let warnings = desk.warnings(&other.id).await;
    assert!(warnings.is_empty(), "{warnings:?}");
    let ended = desk.user("ended").await;
    let warnings = desk.warnings(&ended.id).await;
    assert!(
        warnings
            .iter()
            .any(|told| told.contains("ended 2001-01-01")),
        "{warnings:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_check_that_uses_up_a_grace_sign_in_tells_how_many_are_left() {
    let server = Server::OpenLdap;
    let desk = server.desk().await;
    let id = server.user_dn("grace");
    desk.reset_with(&id, "Temp-Plm7xqRd-2", None, false, false)
        .await
        .expect("reset");
    super::support::eventually("the password to expire", async || {
        let verdict = desk.user("grace").await.verdict(Timestamp::now());
        matches!(verdict, Verdict::GraceSignIns { left: 3, .. })
    })
    .await;
    // The server counts whole seconds, and may think of it a moment later.
    super::support::eventually("a grace sign-in to be used up", async || {
        let checked = desk.check(&id, "Temp-Plm7xqRd-2").await.expect("told");
        assert!(checked.matches, "{checked:?}");
        checked
            .remark
            .is_some_and(|remark| remark.contains("used up a grace sign-in, and 2 are left"))
    })
    .await;
    let verdict = desk.user("grace").await.verdict(Timestamp::now());
    assert!(
        matches!(verdict, Verdict::GraceSignIns { left: 2, .. }),
        "{verdict:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn without_evidence_of_a_password_nobody_is_said_to_sign_in() {
    let server = Server::OpenLdap;
    // May write passwords, and neither read nor compare them.
    let writer = server.signed_in_as("writer").await;
    let unseen = writer.user("more6").await;
    assert_eq!(unseen.verdict(Timestamp::now()), Verdict::PasswordNotShown);
    // The help desk may compare, and so it is seen.
    let desk = server.desk().await;
    let seen = desk.user("more6").await;
    assert_eq!(seen.verdict(Timestamp::now()), Verdict::CanSignIn);
    server.signs_in("more6", START);
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_refusal_for_the_old_password_or_by_the_policy_is_one_of_the_policy() {
    let server = Server::OpenLdap;
    // The user's own change, refused with 50 and a word of the policy in the control.
    let desk = server.desk().await;
    let id = server.user_dn("lenient2");
    server.modify(&format!(
        "dn: {id}\nchangetype: modify\nreplace: pwdPolicySubentry\n\
         pwdPolicySubentry: cn=fixed,ou=policies,dc=lab,dc=test\n"
    ));
    desk.reset(&id, "Temp-Plm7xqRd-5").await.expect("reset");
    let own = server.settings();
    let settings = halligan::directory::ldap::settings::LdapSettings {
        login_dn: Some("uid={},ou=people,dc=lab,dc=test".into()),
        ..own
    };
    let user = super::support::Desk::open(settings, "lenient2", "Temp-Plm7xqRd-5").await;
    let answer = user
        .directory
        .change_own_password(
            &user.operator,
            &super::support::secret("Temp-Plm7xqRd-5"),
            &super::support::secret("Own-Plm7xqRd-choice-8"),
            &super::support::intent(),
        )
        .await;
    let Err(DirectoryError::PasswordRefused { refusal, raw }) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(refusal.rule, "directory_not_allowed");
    assert!(raw.is_some_and(|raw| raw.starts_with("result 50")));
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_known_length_is_in_the_checklist_in_the_servers_own_units() {
    let server = Server::OpenLdap;
    let desk = server.desk().await;
    let policy = desk
        .directory
        .password_policy(&desk.operator, &server.user_dn("long"))
        .await;
    let policy = policy.expect("read").expect("a policy");
    let broken = policy.refusals("Temp-Plm7xqRd-1");
    assert_eq!(broken.len(), 1, "{policy:?}");
    assert_eq!(broken[0].rule, "directory_min_chars");
    assert!(policy.refusals(&"x".repeat(34)).is_empty());
    let receipt = desk
        .reset(
            &server.user_dn("long"),
            &format!("Temp-{}", "Plm7xqRd".repeat(4)),
        )
        .await
        .expect("reset");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
}
