//! 389 Directory Server.

use halligan::{
    directory::Directory,
    operator::SignInRefusal,
    receipt::{Step, StepOutcome},
    user::{Fact, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::step,
};

const SERVER: Server = Server::Ds389;

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn a_disabled_account_is_told_apart_from_a_locked_one() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("case3");
    SERVER.modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: true\n"
    ));
    let seen = desk.user("case3").await;
    assert_eq!(
        seen.verdict(Timestamp::now()),
        Verdict::Disabled,
        "{:?}",
        seen.state
    );
    let warnings = desk.warnings(&user).await;
    assert!(
        warnings.iter().any(|w| w.contains("disabled")),
        "{warnings:?}"
    );
    desk.reset(&user, "Temp-Plm7xqRd-3")
        .await
        .expect("reset all the same");
    assert_eq!(
        SERVER.bind("case3", "Temp-Plm7xqRd-3").code,
        53,
        "still disabled"
    );
    assert_eq!(
        SERVER.refusal(&user.0, "Temp-Plm7xqRd-3").await,
        SignInRefusal::Disabled
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn must_change_that_did_not_take_is_reported() {
    // A policy of the user's own, without passwordMustChange.
    let container = "cn=nsPwPolicyContainer,ou=people,dc=lab,dc=test";
    let policy = format!("cn=lenient,{container}");
    SERVER.modify(&format!(
        "dn: {container}\nchangetype: add\nobjectClass: top\nobjectClass: nsContainer\ncn: nsPwPolicyContainer\n\n\
         dn: {policy}\nchangetype: add\nobjectClass: top\nobjectClass: ldapsubentry\nobjectClass: passwordpolicy\n\
         cn: lenient\npasswordMustChange: off\npasswordMinAge: 86400\n\n\
         dn: uid=case4,ou=people,dc=lab,dc=test\nchangetype: modify\nreplace: pwdPolicySubentry\npwdPolicySubentry: {policy}\n"
    ));
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("case4");
    let warnings = desk.warnings(&user).await;
    assert!(
        warnings.iter().any(|w| w.contains("1 day old")),
        "{warnings:?}"
    );
    assert!(
        warnings
            .iter()
            .any(|w| w.contains("passwordMustChange is off")),
        "{warnings:?}"
    );
    let receipt = desk.reset(&user, "Temp-Plm7xqRd-4").await.expect("reset");
    assert!(
        matches!(step(&receipt, Step::MustChange), StepOutcome::NotOffered(why) if why.contains("passwordMustChange")),
        "{receipt:?}"
    );
    assert!(!receipt.is_success());
    let said = SERVER.bind("case4", "Temp-Plm7xqRd-4");
    assert!(
        said.code == 0 && !said.text.contains("must be changed"),
        "{said:?}"
    );
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn what_may_not_be_read_is_unknown_and_names_the_right() {
    SERVER.lock_by_failures("case5");
    let blind = SERVER.signed_in_as("blind").await;
    let user = blind.user("case5").await;
    assert!(
        matches!(&user.state.lock, Fact::Unknown(why) if why.contains("accountUnlockTime")),
        "{:?}",
        user.state
    );
    assert!(matches!(
        user.verdict(Timestamp::now()),
        Verdict::Unknown(_)
    ));
    let policy = blind
        .directory
        .password_policy(&blind.operator, &user.id)
        .await;
    let policy = policy.expect("asked").expect("there is one");
    assert!(policy.remark.is_some_and(|r| r.contains("may not read")));
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn an_expired_password_is_told_apart_from_a_wrong_one_and_ended_by_a_reset() {
    let desk = SERVER.desk().await;
    let user = SERVER.user_dn("case11");
    SERVER.modify(&format!(
        "dn: {user}\nchangetype: modify\nreplace: passwordExpirationTime\n\
         passwordExpirationTime: 20200101000000Z\n"
    ));
    let seen = desk.user("case11").await;
    assert!(
        matches!(seen.verdict(Timestamp::now()), Verdict::PasswordExpired(_)),
        "{:?}",
        seen.state
    );
    let said = SERVER.bind("case11", START);
    assert_eq!(said.code, 49, "{said:?}");
    assert_eq!(SERVER.refusal(&user.0, START).await, SignInRefusal::Expired);
    desk.reset(&user, "Temp-Plm7xqRd-11").await.expect("reset");
    SERVER.must_change(&SERVER.name("case11"), "Temp-Plm7xqRd-11");
}
