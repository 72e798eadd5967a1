//! A reset proved by a real sign-in beside SCIM: once, and only where somebody asks for it.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use halligan::{
    directory::{Directory, DirectoryError, Support, scim::Verify},
    receipt::{Checked, Ending, Proof, Receipt},
};
use serde_json::json;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{method, path},
};

use crate::support::fake_scim::{Home, NEW_PASSWORD, Quirks, World, secret};

/// A program that notes what it was given and ends with `code`.
fn program(home: &Home, code: u8, says: &str) -> (PathBuf, PathBuf) {
    let file = home.room.path().join(format!("try-{code}"));
    let log = home.room.path().join("tried");
    let text = format!(
        "#!/bin/sh\nread -r login; read -r password\nprintf '%s|%s|%s\\n' \"$login\" \"$password\" \"$*\" >>'{log}'\n\
         tr '\\0' ' ' </proc/$$/environ >>'{log}.environment'\nprintf '{says}\\n'\nexit {code}\n",
        log = log.display()
    );
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    (file, log)
}

/// A world whose site tries sign-ins by a program that ends with `code`.
async fn by_program(code: u8, says: &str, after_reset: bool) -> (World, PathBuf) {
    let mut log = PathBuf::new();
    let says = says.to_owned();
    let mut world = World::new(Quirks::default()).await;
    let (file, noted) = program(&world.home, code, &says);
    noted.clone_into(&mut log);
    let mut settings = world
        .home
        .settings(&format!("{}/scim/v2", world.server.uri()));
    settings.verify = Verify::Command;
    settings.verify_after_reset = after_reset;
    settings.verify_command = vec![file.display().to_string(), "--quiet".into()];
    world.reopen(&settings).await;
    (world, log)
}

fn lines(log: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// The proof alone: must-change and unlock are not offered by SCIM.
fn proof(receipt: &Receipt) -> (&'static str, String) {
    let detail = receipt.proof.detail().unwrap_or_default().to_owned();
    (receipt.proof.word(), detail)
}

#[tokio::test]
async fn a_program_of_the_site_proves_a_reset_and_learns_the_password_on_its_standard_input_alone()
{
    let (world, log) = by_program(0, "", true).await;
    let receipt = world.reset().await.unwrap();
    let (sure, how) = proof(&receipt);
    assert_eq!(sure, "signed_in", "{how}");
    assert!(how.contains("E1042"), "{how}");
    assert_eq!(
        lines(&log),
        [format!("E1042|{NEW_PASSWORD}|--quiet")],
        "tried once"
    );
    let environment = fs::read_to_string(format!("{}.environment", log.display())).unwrap();
    assert!(!environment.contains(NEW_PASSWORD));
}

#[tokio::test]
async fn nothing_is_tried_where_nobody_asks_for_it_and_once_where_the_operator_does() {
    let (world, log) = by_program(0, "", false).await;
    let receipt = world.reset().await.unwrap();
    assert_eq!(proof(&receipt).0, "accepted");
    assert_eq!(lines(&log), [""; 0]);
    let Support::No(why) = world.directory.capabilities().check else {
        panic!("a sign-in may count as a failure")
    };
    assert!(why.contains("sign-in"), "{why}");
    let user = world.user("u-1").await;
    let checked = world
        .directory
        .check_password(&world.operator, &user.id, &secret(NEW_PASSWORD))
        .await;
    assert!(checked.unwrap().signs_in);
    assert_eq!(lines(&log).len(), 1);
}

#[tokio::test]
async fn a_sign_in_that_is_refused_is_never_green_and_says_by_whom_and_why() {
    let (wrong, _) = by_program(1, "LDAP says 49", true).await;
    let receipt = wrong.reset().await.unwrap();
    assert_eq!(receipt.ending(), Ending::NotKnown);
    let (_, how) = proof(&receipt);
    assert!(
        how.contains("was refused") && how.contains("LDAP says 49"),
        "{how}"
    );
    let (kept_out, _) = by_program(2, "must enrol a second factor", true).await;
    let receipt = kept_out.reset().await.unwrap();
    let (sure, how) = proof(&receipt);
    assert_eq!(sure, "accepted");
    assert!(how.contains("must enrol a second factor"), "{how}");
    assert!(!receipt.is_success());
}

#[tokio::test]
async fn a_way_that_cannot_be_gone_leaves_the_proof_unknown_and_the_reset_done() {
    let (mut world, _) = by_program(7, "", true).await;
    let receipt = world.reset().await.unwrap();
    assert!(matches!(receipt.proof, Proof::NotKnown(_)), "{receipt:?}");
    assert_eq!(world.fake.password("u-1").as_deref(), Some(NEW_PASSWORD));
    let mut settings = world
        .home
        .settings(&format!("{}/scim/v2", world.server.uri()));
    settings.verify = Verify::Command;
    settings.verify_after_reset = true;
    settings.verify_command = vec!["/nonexistent/program".into()];
    world.reopen(&settings).await;
    let receipt = world.reset().await.unwrap();
    let (sure, how) = proof(&receipt);
    assert_eq!(sure, "not_known");
    assert!(how.contains("could not be tried"), "{how}");
    let user = world.user("u-1").await;
    let checked = world
        .directory
        .check_password(&world.operator, &user.id, &secret(NEW_PASSWORD))
        .await;
    assert!(
        matches!(&checked, Err(DirectoryError::PasswordNotChecked { .. })),
        "{checked:?}"
    );
}

#[tokio::test]
async fn what_the_program_prints_is_told_without_the_password_and_without_controls() {
    let (world, _) = by_program(1, "no: $password \\033[2J", true).await;
    // The shell puts what it read into what it prints.
    let file = world.home.room.path().join("try-1");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace(
            "printf 'no: $password \\033[2J\\n'",
            "printf 'no: %s \\033[2J\\n' \"$password\"",
        ),
    )
    .unwrap();
    let receipt = world.reset().await.unwrap();
    let (_, how) = proof(&receipt);
    assert!(how.contains("no: [password]"), "{how}");
    assert!(
        !how.contains(NEW_PASSWORD) && !how.contains('\u{1b}'),
        "{how}"
    );
}

/// A world whose site tries sign-ins by the password grant, and a token endpoint that answers so.
async fn by_grant(answer: ResponseTemplate) -> World {
    let mut world = World::new(Quirks::default()).await;
    Mock::given(method("POST"))
        .and(path("/token"))
        .respond_with(answer)
        .with_priority(1)
        .mount(&world.server)
        .await;
    let mut settings = world
        .home
        .settings(&format!("{}/scim/v2", world.server.uri()));
    settings.verify = Verify::PasswordGrant;
    settings.verify_after_reset = true;
    settings.verify_token_url = Some(format!("{}/token", world.server.uri()));
    settings.verify_client_id = Some("halligan".into());
    settings.verify_client_secret_file = Some(world.home.private_file("client", "s3cret"));
    settings.verify_scope = "openid".into();
    world.reopen(&settings).await;
    world
}

#[tokio::test]
async fn an_oauth_password_grant_proves_a_reset_and_is_asked_once() {
    let token = json!({ "access_token": "t-1", "token_type": "Bearer" });
    let world = by_grant(ResponseTemplate::new(200).set_body_json(token)).await;
    let receipt = world.reset().await.unwrap();
    assert_eq!(proof(&receipt).0, "signed_in");
    let requests = world.server.received_requests().await.unwrap();
    let asked: Vec<_> = requests
        .iter()
        .filter(|request| request.url.path() == "/token")
        .collect();
    let [asked] = asked.as_slice() else {
        panic!("once: {asked:?}")
    };
    let form: Vec<(String, String)> = form_urlencoded::parse(&asked.body).into_owned().collect();
    let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        form,
        [
            ("grant_type", "password"),
            ("username", "E1042"),
            ("password", NEW_PASSWORD),
            ("scope", "openid"),
        ]
    );
    assert!(asked.url.query().is_none());
    assert!(
        asked.headers["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Basic ")
    );
}

#[tokio::test]
async fn invalid_grant_is_a_refusal_that_does_not_say_whether_the_password_is_wrong() {
    let refused =
        json!({ "error": "invalid_grant", "error_description": format!("{NEW_PASSWORD}?") });
    let world = by_grant(ResponseTemplate::new(400).set_body_json(refused)).await;
    let receipt = world.reset().await.unwrap();
    assert_eq!(receipt.ending(), Ending::NotKnown);
    let (_, how) = proof(&receipt);
    assert!(
        how.contains("invalid_grant") && how.contains("for another reason"),
        "{how}"
    );
    assert!(!how.contains(NEW_PASSWORD), "{how}");
    let user = world.user("u-1").await;
    let checked: Result<Checked, _> = world
        .directory
        .check_password(&world.operator, &user.id, &secret(NEW_PASSWORD))
        .await;
    assert!(
        matches!(&checked, Err(DirectoryError::PasswordNotChecked { .. })),
        "{checked:?}"
    );
    let offered = json!({ "error": "unsupported_grant_type" });
    let world = by_grant(ResponseTemplate::new(400).set_body_json(offered)).await;
    let receipt = world.reset().await.unwrap();
    let (sure, how) = proof(&receipt);
    assert_eq!(sure, "not_known");
    assert!(how.contains("not offered"), "{how}");
}
