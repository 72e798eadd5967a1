//! What holds at every LDAP server, told with three of them. Their own words and limits are in the
//! `match`es; what only one of them has is in its own file.

use halligan::{
    directory::{
        Directory, DirectoryError, Total,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    receipt::{Proof, Step, StepOutcome},
    user::{Fact, UserId, Verdict},
};
use jiff::Timestamp;

use super::{
    servers::{START, Server},
    support::{Desk, intent, refuses_wrong_certificates, secret, step},
};

macro_rules! at_every_server {
    ($($story:ident,)+) => {
        at_every_server! { openldap Server::OpenLdap, "needs slapd: tests/run" => $($story)+ }
        at_every_server! { ds389 Server::Ds389, "needs ds389: tests/run" => $($story)+ }
        at_every_server! { samba Server::Samba, "needs samba: tests/run" => $($story)+ }
    };
    ($name:ident $server:expr, $why:literal => $($story:ident)+) => {
        mod $name {
            use super::Server;
            $(
                #[tokio::test]
                #[ignore = $why]
                async fn $story() {
                    super::$story($server).await;
                }
            )+
        }
    };
}

at_every_server! {
    a_reset_signs_the_user_in_and_asks_for_another_password,
    the_rules_of_the_directory_refuse_by_name_and_change_nothing,
    a_lock_is_seen_and_taken_off_with_and_without_a_reset,
    the_help_desk_may_not_reset_a_boss_and_is_told_so,
    unicode_passwords_arrive_as_they_were_typed,
    names_with_every_special_character_are_found_and_reset,
    start_tls_works_and_plain_ldap_only_as_far_as_the_server_lets_it,
    the_directorys_rules_join_the_checklist,
    a_user_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten,
    operators_change_their_own_password_with_the_old_one,
    a_wrong_authority_and_a_wrong_host_name_are_told_apart,
}

async fn a_reset_signs_the_user_in_and_asks_for_another_password(server: Server) {
    let desk = server.desk().await;
    server.signs_in("case26", START);
    let user = desk.user("case26").await;
    assert_eq!(user.email, "case26@lab.test");
    assert_eq!(user.name(), "Case Number26");
    assert!(matches!(user.state.must_change, Fact::Known(false)));

    let receipt = desk.reset(&user.id, "Temp-Plm7xqRd-0").await;
    let receipt = receipt.expect("reset");
    assert!(receipt.is_success(), "{receipt:?}");
    assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
    assert_eq!(step(&receipt, Step::MustChange), &StepOutcome::Done);
    assert_eq!(step(&receipt, Step::Unlocked), &StepOutcome::NotNeeded);
    let attribute = match server {
        Server::OpenLdap => "pwdChangedTime",
        Server::Ds389 => "pwdUpdateTime",
        Server::Samba => "key version",
    };
    assert!(matches!(&receipt.proof, Proof::ReadBack(how) if how.contains(attribute)));
    assert_eq!(receipt.server, Some(server.url()));

    server.must_change(&server.name("case26"), "Temp-Plm7xqRd-0");
    assert_eq!(server.bind("case26", START).code, 49, "the old one");
    let user = desk.user("case26").await;
    assert_eq!(user.verdict(Timestamp::now()), Verdict::MustChange);
}

async fn the_rules_of_the_directory_refuse_by_name_and_change_nothing(server: Server) {
    // OpenLDAP holds nobody to the policy who may manage the password, as its help desk may.
    let operator = match server {
        Server::OpenLdap => "writer",
        Server::Ds389 | Server::Samba => "desk",
    };
    let desk = server.signed_in_as(operator).await;
    let user = desk.user("case27").await.id;
    let refused = async |password: &str, rule: Option<&str>| {
        let error = desk.reset(&user, password).await.expect_err(password);
        let DirectoryError::PasswordRefused { refusal, raw } = &error else {
            panic!("{error:?}")
        };
        if let Some(rule) = rule {
            assert_eq!(refusal.rule, rule, "{refusal:?}");
        }
        let code = match server {
            Server::OpenLdap => "result 19",
            Server::Ds389 => "",
            Server::Samba => "0000052D",
        };
        assert!(raw.as_deref().is_some_and(|raw| raw.contains(code)));
        assert_eq!(error.changed(), "Nothing was changed.");
        assert_eq!(server.bind("case27", password).code, 49);
    };
    match server {
        Server::OpenLdap => refused("short", Some("directory_too_short")).await,
        Server::Ds389 => refused("short", None).await,
        Server::Samba => {
            refused("Sh0rt-1", Some("directory_too_short")).await;
            refused("only lower case here", Some("directory_complexity")).await;
        }
    }
    server.signs_in("case27", START);
    // Active Directory keeps no history against an administrator's reset.
    if server != Server::Samba {
        desk.reset(&user, "First-Plm7xqRd-1").await.expect("reset");
        let again = desk.reset(&user, "First-Plm7xqRd-1").await;
        let Err(DirectoryError::PasswordRefused { refusal, .. }) = again else {
            panic!("{again:?}")
        };
        if server == Server::OpenLdap {
            assert_eq!(refusal.rule, "directory_history");
        }
        server.must_change(&user.0, "First-Plm7xqRd-1");
    }
}

async fn a_lock_is_seen_and_taken_off_with_and_without_a_reset(server: Server) {
    let desk = server.desk().await;
    server.lock_by_failures("case28");
    let user = desk.user("case28").await;
    let Verdict::Locked {
        lock,
        password_fine,
    } = user.verdict(Timestamp::now())
    else {
        panic!("{:?}", user.state)
    };
    assert!(password_fine, "three wrong tries do not spoil the password");
    assert_eq!(lock.failures, Some(3));
    match server {
        Server::OpenLdap => assert!(lock.since.is_some() && lock.until.is_none(), "{lock:?}"),
        Server::Ds389 => {}
        // The domain's duration is known.
        Server::Samba => assert!(lock.since < lock.until, "{lock:?}"),
    }
    let row = desk.find("case28").await.rows.remove(0);
    let words = row.verdict(Timestamp::now()).words();
    assert_eq!(words, "locked", "the list says so too");

    let receipt = desk.unlock(&user.id).await.expect("unlocked");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    server.signs_in("case28", START);

    server.lock_by_failures("case28");
    let receipt = desk.reset(&user.id, "Temp-Plm7xqRd-3").await;
    let receipt = receipt.expect("reset");
    for each in [Step::PasswordSet, Step::MustChange, Step::Unlocked] {
        assert_eq!(step(&receipt, each), &StepOutcome::Done);
    }
    server.must_change(&server.name("case28"), "Temp-Plm7xqRd-3");
    let receipt = desk.unlock(&user.id).await.expect("nothing to do");
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
    if server == Server::Ds389 {
        // The unlock time stays behind; one wrong try does not make it a lock again.
        server.bind("case28", "wrong");
        let user = desk.user("case28").await;
        assert_eq!(user.state.lock, Fact::Known(None), "{:?}", user.state);
    }
}

async fn the_help_desk_may_not_reset_a_boss_and_is_told_so(server: Server) {
    let boss = UserId(match server {
        Server::OpenLdap | Server::Ds389 => "uid=boss0,ou=bosses,dc=lab,dc=test".into(),
        Server::Samba => "CN=Administrator,CN=Users,DC=lab,DC=test".into(),
    });
    let desk = server.desk().await;
    let error = desk.reset(&boss, "Temp-Plm7xqRd-7").await;
    let error = error.expect_err("no right");
    assert!(
        matches!(&error, DirectoryError::Forbidden { raw: Some(_), .. }),
        "{error:?}"
    );
    assert_eq!(error.changed(), "Nothing was changed.");
    let chief = server.signed_in_as("chief").await;
    if server == Server::Samba {
        let protected = chief.user("admin2").await.id;
        let warnings = chief.warnings(&protected).await;
        assert!(warnings.iter().any(|w| w.contains("adminCount=1")));
        let reset = chief.reset(&protected, "Temp-Plm7xqRd-7").await;
        reset.expect("the chief may");
        server.must_change(&server.name("admin2"), "Temp-Plm7xqRd-7");
    } else {
        let reset = chief.reset(&boss, "Temp-Plm7xqRd-7").await;
        reset.expect("the chief may");
        server.must_change(&boss.0, "Temp-Plm7xqRd-7");
    }
}

async fn unicode_passwords_arrive_as_they_were_typed(server: Server) {
    let desk = server.desk().await;
    for (login, password) in [
        ("case19", "Пароль-Ünï-9-€"),
        ("case23", "Clef-𝄞-and-🚒🚒-9"),
        ("case29", " Spaces at both ends 9 "),
    ] {
        let user = desk.user(login).await.id;
        desk.reset(&user, password).await.expect("reset");
        server.must_change(&server.name(login), password);
    }
}

async fn names_with_every_special_character_are_found_and_reset(server: Server) {
    let names = [
        "st*r",
        "par(en)s",
        "back\\slash",
        "com,ma",
        "pl+us",
        "quo\"te",
        "an<gle>",
        "se;mi",
        "#hash",
        "lead",
        "trail",
        "e=quals",
        "Zoë",
        "𝄞clef",
        "sla/sh",
    ];
    // Only OpenLDAP keeps blanks at the ends of a name.
    let names = names
        .into_iter()
        .filter(|name| server == Server::OpenLdap || !["lead", "trail"].contains(name));
    let desk = server.desk().await;
    for (number, name) in names.enumerate() {
        let login = format!("odd{number}");
        let found = desk.find(name).await;
        let user = found.rows.iter().find(|user| user.login == login);
        let user = user.unwrap_or_else(|| panic!("{name}: {:?}", found.rows));
        let receipt = desk.reset(&user.id, "Temp-Plm7xqRd-9").await;
        let receipt = receipt.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(step(&receipt, Step::PasswordSet), &StepOutcome::Done);
        let bound = match server {
            Server::OpenLdap | Server::Ds389 => user.id.0.clone(),
            Server::Samba => server.name(&login),
        };
        server.must_change(&bound, "Temp-Plm7xqRd-9");
    }
    let found = desk.find("st*r").await.total;
    assert_eq!(found, Total::Exact(1), "an asterisk is no wildcard");
    if server == Server::OpenLdap {
        assert_eq!(desk.find("*").await.total, Total::Exact(1));
    }
}

async fn start_tls_works_and_plain_ldap_only_as_far_as_the_server_lets_it(server: Server) {
    let (login, password) = ("desk", server.password_of("desk"));
    let start_tls = LdapSettings {
        urls: vec![server.plain()],
        start_tls: true,
        ..server.settings()
    };
    let desk = Desk::open(start_tls.clone(), login, &password).await;
    let user = desk.user("case12").await.id;
    desk.reset(&user, "Temp-Plm7xqRd-12").await.expect("reset");
    server.must_change(&server.name("case12"), "Temp-Plm7xqRd-12");

    let refused = async |settings: LdapSettings| {
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        let answer = directory.sign_in(login, &secret(&password)).await;
        answer.expect_err("no connection").to_string()
    };
    let wrong_authority = LdapSettings {
        ca_file: Some(server.pki("other-ca.crt")),
        ..start_tls.clone()
    };
    let said = refused(wrong_authority).await;
    assert!(said.contains("not from an authority"), "{said}");

    let plain = LdapSettings {
        start_tls: false,
        ..start_tls
    };
    let error = LdapDirectory::open(plain.clone()).await;
    let error = error.expect_err("in the clear");
    assert!(error.contains("in the clear"), "{error}");
    let allowed = LdapSettings {
        plain_on_loopback: true,
        ..plain
    };
    match server {
        Server::OpenLdap => {
            Desk::open(allowed, login, &password).await;
        }
        Server::Ds389 => {
            let desk = Desk::open(allowed, login, &password).await;
            let error = desk.reset(&user, "Temp-Plm7xqRd-13").await;
            let said = error.expect_err("no TLS").to_string();
            assert!(said.contains("wants TLS"), "{said}");
        }
        Server::Samba => {
            let said = refused(allowed).await;
            assert!(said.contains("wants TLS"), "{said}");
        }
    }
}

async fn the_directorys_rules_join_the_checklist(server: Server) {
    let desk = server.desk().await;
    let user = desk.user("case7").await.id;
    let policy = desk.directory.password_policy(&desk.operator, &user).await;
    let policy = policy.expect("read").expect("a policy");
    let labels: Vec<_> = policy.rules.iter().map(|rule| &*rule.label).collect();
    assert_eq!(labels[0], "at least 10 characters (directory)");
    let history = "none of the last 5 passwords (directory)";
    assert!(labels.contains(&history), "{labels:?}");
    assert!(policy.rules[0].line("short").refusal.is_some());
    assert!(policy.rules[0].line("long enough").refusal.is_none());
    if server == Server::OpenLdap {
        assert_eq!(policy.source, "cn=default,ou=policies,dc=lab,dc=test");
        assert_eq!(labels.len(), 2, "{labels:?}");
    }
}

async fn a_user_changed_meanwhile_is_a_conflict_and_nothing_is_overwritten(server: Server) {
    let (one, other) = (server.desk().await, server.signed_in_as("chief").await);
    // The second time must-change was set before and is set again. 389 stamps a password with the
    // second of its change: two that are alike in all else and fall into one look like one there.
    let turns: &[&str] = match server {
        Server::OpenLdap | Server::Samba => &["first", "second"],
        Server::Ds389 => &["first"],
    };
    for turn in turns {
        let user = one.user("case14").await;
        let seen = Some(&user.version);
        let theirs = format!("Temp-Plm7xqRd-theirs-{turn}");
        let reset = other.reset_with(&user.id, &theirs, seen, true, true).await;
        reset.expect("in time");
        let late = one
            .reset_with(&user.id, "Temp-Plm7xqRd-late", seen, true, true)
            .await;
        let Err(DirectoryError::Conflict { by, at, .. }) = late else {
            panic!("{late:?}")
        };
        if server == Server::OpenLdap {
            assert_eq!(by.as_deref(), Some("uid=chief,ou=operators,dc=lab,dc=test"));
            assert!(at.is_some());
        }
        server.must_change(&server.name("case14"), &theirs);
    }
    // A failed sign-in is no change.
    let user = one.user("case14").await;
    assert_eq!(server.bind("case14", "wrong").code, 49);
    let again = one
        .reset_with(
            &user.id,
            "Temp-Plm7xqRd-16",
            Some(&user.version),
            true,
            true,
        )
        .await;
    assert!(again.is_ok(), "{again:?}");
}

async fn operators_change_their_own_password_with_the_old_one(server: Server) {
    let name = server.name("case16");
    let change = async |desk: &Desk, old: &str, new: &str| {
        let (old, new) = (secret(old), secret(new));
        desk.directory
            .change_own_password(&desk.operator, &old, &new, &intent())
            .await
    };
    let desk = Desk::open(server.settings(), &name, START).await;
    let wrong = change(&desk, "wrong", "Own-Plm7xqRd-16").await;
    assert_eq!(wrong.expect_err("wrong"), DirectoryError::OldPasswordWrong);
    if server == Server::Samba {
        let again = change(&desk, START, START).await.expect_err("history");
        assert!(
            matches!(again, DirectoryError::PasswordRefused { .. }),
            "{again:?}"
        );
    }
    let changed = change(&desk, START, "Own-Plm7xqRd-16").await;
    changed.expect("changed");
    server.signs_in("case16", "Own-Plm7xqRd-16");
    // Active Directory lets nobody in who must change.
    if server != Server::Samba {
        // After a reset the first thing is a change, even though nothing may be read before it.
        let reset = server.desk().await;
        let reset = reset.reset(&UserId(name.clone()), "Temp-Plm7xqRd-18").await;
        reset.expect("reset");
        let desk = Desk::open(server.settings(), &name, "Temp-Plm7xqRd-18").await;
        assert!(desk.operator.must_change);
        let changed = change(&desk, "Temp-Plm7xqRd-18", "Own-Plm7xqRd-17").await;
        changed.expect("changed");
        server.signs_in("case16", "Own-Plm7xqRd-17");
    }
}

async fn a_wrong_authority_and_a_wrong_host_name_are_told_apart(server: Server) {
    let password = server.password_of("desk");
    refuses_wrong_certificates(server.settings(), &server.pki("other-ca.crt"), &password).await;
}
