//! Commands before a SCIM server: the probe, enabling and disabling, and Ctrl-C in the middle of a write.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use halligan::{
    audit::{AuditLog, AuditQuery, Kind, Outcome, Record},
    cli::Exit,
};
use serde_json::Value;
use wiremock::{Mock, ResponseTemplate, matchers::method};

use crate::support::fake_scim::{ADMIN, ADMIN_PASSWORD, Quirks, World};

/// The machine of an operator whose users are behind the fake server.
struct Machine {
    world: World,
}

impl Machine {
    async fn new(quirks: Quirks, more: &str) -> Self {
        let world = World::new(quirks).await;
        world.fake.add("canary", "Nobody", "Atall");
        let home = &world.home;
        home.private_file("operator", ADMIN_PASSWORD);
        let token = home.room.path().join("token");
        let store = home.room.path().join("store.db");
        let text = format!(
            "directory = \"scim\"\nstore = \"{}\"\n[scim]\nurl = \"{}/scim/v2\"\ntoken_file = \"{}\"\n{more}\n",
            store.display(),
            world.server.uri(),
            token.display()
        );
        home.private_file("config.toml", &text);
        Self { world }
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let room = self.world.home.room.path();
        Command::new(env!("CARGO_BIN_EXE_halligan"))
            .args(arguments)
            .arg("--config")
            .arg(room.join("config.toml"))
            .args(["--operator", ADMIN, "--operator-password-file"])
            .arg(room.join("operator"))
            .env_clear()
            .env("HOME", room)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn runs(&self, arguments: &[&str]) -> Output {
        self.start(arguments).wait_with_output().unwrap()
    }

    /// A program that takes the password that the server has, as a directory behind it would, or any.
    fn sign_in(&self, takes_any: bool) -> String {
        let file = self.world.home.room.path().join("try-sign-in");
        let takes = if takes_any {
            "exit 0".to_owned()
        } else {
            // Ours are never called that.
            "case \"$password\" in wrong-*) echo no; exit 1;; *) exit 0;; esac".to_owned()
        };
        let text = format!("#!/bin/sh\nread -r login; read -r password\n{takes}\n");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        format!(
            "verify = \"command\"\nverify_command = [\"{}\"]",
            file.display()
        )
    }

    fn configure(&self, more: &str) {
        let file = self.world.home.room.path().join("config.toml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}{more}\n")).unwrap();
    }

    async fn records(&self) -> Vec<Record> {
        let audit = AuditLog::new(self.world.home.store.clone());
        audit.list(AuditQuery::default()).await.unwrap()
    }
}

fn ended(output: &Output, exit: Exit) -> (Value, String) {
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(
        output.status.code(),
        Some(i32::from(exit.code())),
        "{out}{error}"
    );
    let document = serde_json::from_str(&out).unwrap_or(Value::Null);
    (document, format!("{out}{error}"))
}

fn found(document: &Value, verdict: &str, what: &str) -> bool {
    let findings = document["findings"].as_array().unwrap();
    findings
        .iter()
        .any(|it| it["verdict"] == verdict && it["what"].as_str().unwrap().contains(what))
}

#[tokio::test]
async fn a_probe_resets_the_canary_and_nobody_else_and_says_what_the_server_can_prove() {
    let machine = Machine::new(Quirks::default(), "canary = \"canary\"").await;
    let probe = ["scim", "probe", "--yes", "--json"];
    let (document, _) = ended(&machine.runs(&probe), Exit::Partial);
    assert_eq!(document["receipt"]["proof"]["state"], "accepted");
    assert!(found(&document, "good", "changePassword"), "{document}");
    assert!(found(&document, "good", "by PATCH"), "{document}");
    assert!(found(&document, "good", "version moved"), "{document}");
    assert!(found(&document, "good", "did not send the password back"));
    assert!(found(&document, "unclear", "no sign-in was tried"));
    assert!(found(&document, "unclear", "proved as \"accepted\""));
    assert!(machine.world.fake.password("u-4").is_some());
    assert_eq!(machine.world.fake.password("u-1"), None);
    let records = machine.records().await;
    let reset = |outcome: &Outcome| {
        records.iter().any(|record| {
            let event = &record.event;
            event.kind == Kind::PasswordReset
                && event.outcome == *outcome
                && event.reason.as_deref() == Some("probe of what this directory can prove")
        })
    };
    assert!(
        reset(&Outcome::Intent) && reset(&Outcome::Accepted),
        "{records:?}"
    );

    // With a sign-in that tells passwords apart it can prove more.
    let more = machine.sign_in(false);
    machine.configure(&more);
    let (document, _) = ended(&machine.runs(&probe), Exit::Done);
    assert_eq!(document["receipt"]["proof"]["state"], "signed_in");
    assert!(
        found(&document, "good", "refuses a wrong password"),
        "{document}"
    );
    let (_, text) = ended(&machine.runs(&["scim", "probe", "--yes"]), Exit::Done);
    assert!(text.contains("canary: signed in:"), "{text}");
    assert!(
        text.contains("good: a reset there is proved as \"signed in\""),
        "{text}"
    );
}

#[tokio::test]
async fn a_probe_finds_out_a_sign_in_that_takes_any_password() {
    let machine = Machine::new(Quirks::default(), "canary = \"canary\"").await;
    let more = machine.sign_in(true);
    machine.configure(&more);
    let probe = ["scim", "probe", "--yes", "--json"];
    let (document, _) = ended(&machine.runs(&probe), Exit::Partial);
    assert_eq!(document["receipt"]["proof"]["state"], "accepted");
    assert!(found(&document, "wrong", "any password"), "{document}");
}

#[tokio::test]
async fn a_probe_asks_first_and_wants_an_account_that_is_named_and_there() {
    let machine = Machine::new(Quirks::default(), "canary = \"canary\"").await;
    let (_, text) = ended(&machine.runs(&["scim", "probe"]), Exit::Usage);
    assert!(text.contains("wants a yes"), "{text}");
    assert_eq!(machine.world.sent("PATCH").await, 0);
    let nobody = Machine::new(Quirks::default(), "canary = \"E9\"").await;
    ended(&nobody.runs(&["scim", "probe", "--yes"]), Exit::NotFound);
    let unnamed = Machine::new(Quirks::default(), "").await;
    let (_, text) = ended(
        &unnamed.runs(&["scim", "probe", "--yes"]),
        Exit::Configuration,
    );
    assert!(text.contains("scim.canary"), "{text}");
    assert_eq!(unnamed.world.sent("PATCH").await, 0);
}

#[tokio::test]
async fn a_probe_says_that_a_server_sends_the_password_back() {
    let machine = Machine::new(
        Quirks {
            patch: 200,
            echoes: true,
            ..Quirks::default()
        },
        "canary = \"canary\"",
    )
    .await;
    let output = machine.runs(&["scim", "probe", "--yes", "--json"]);
    let (document, text) = ended(&output, Exit::Partial);
    assert!(
        found(&document, "wrong", "sent the password back"),
        "{document}"
    );
    let password = machine.world.fake.password("u-4").unwrap();
    assert!(!text.contains(&password));
    let records = format!("{:?}", machine.records().await);
    assert!(!records.contains(&password));
}

#[tokio::test]
async fn users_are_disabled_and_enabled_by_command_and_it_is_recorded() {
    let machine = Machine::new(Quirks::default(), "").await;
    let disable = ["user", "disable", "E1042", "--yes", "--json"];
    let (document, _) = ended(&machine.runs(&disable), Exit::Done);
    assert_eq!(document["receipt"]["steps"][0]["step"], "disabled");
    assert_eq!(document["user"]["active"], false);
    let reset = ["reset", "E1042", "--generate", "--yes"];
    let (_, text) = ended(&machine.runs(&reset), Exit::Partial);
    assert!(text.contains("STILL CANNOT SIGN IN: disabled"), "{text}");
    assert!(text.contains("`halligan user enable E1042`"), "{text}");
    let enable = ["user", "enable", "E1042", "--yes"];
    let (_, text) = ended(&machine.runs(&enable), Exit::Partial);
    // SCIM does not show whether there is a password.
    assert!(
        text.contains("done: enabled") && text.contains("NOT KNOWN"),
        "{text}"
    );
    assert_eq!(machine.world.fake.resource("u-1")["active"], true);
    let records = machine.records().await;
    let changed = records.iter().filter(|record| {
        record.event.kind == Kind::UserChanged
            && record.event.detail.as_deref() == Some("changes enabled")
    });
    assert_eq!(changed.count(), 2, "intent and outcome: {records:?}");
}

#[tokio::test]
async fn a_check_of_the_configuration_finds_a_way_to_sign_in_that_is_named_by_half() {
    for (more, said) in [
        ("verify = \"command\"", "scim.verify_command"),
        ("verify = \"password-grant\"", "scim.verify_token_url"),
        ("verify = \"ldap\"", "[ldap] urls"),
        ("verify_after_reset = true", "wants scim.verify"),
        (
            "verify = \"password-grant\"\nverify_token_url = \"http://login.example.org/token\"",
            "plain HTTP would show passwords",
        ),
    ] {
        let machine = Machine::new(Quirks::default(), more).await;
        let (_, text) = ended(&machine.runs(&["config", "check"]), Exit::Configuration);
        assert!(text.contains(said), "{more}: {text}");
    }
    let machine = Machine::new(Quirks::default(), "canary = \"canary\"").await;
    ended(&machine.runs(&["config", "check"]), Exit::Done);
}

/// The command is stopped while the server holds its answer back.
#[tokio::test]
async fn ctrl_c_in_the_middle_of_a_write_tells_that_it_is_not_known_and_leaves_the_intent_open() {
    let machine = Machine::new(Quirks::default(), "timeout = 120").await;
    let slow = ResponseTemplate::new(204).set_delay(Duration::from_mins(2));
    Mock::given(method("PATCH"))
        .respond_with(slow)
        .with_priority(1)
        .mount(&machine.world.server)
        .await;
    let child = machine.start(&["reset", "E1042", "--generate", "--yes"]);
    let deadline = Instant::now() + Duration::from_mins(1);
    while machine.world.sent("PATCH").await == 0 {
        assert!(Instant::now() < deadline, "nothing was sent");
        tokio::task::yield_now().await;
    }
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let (_, text) = ended(&output, Exit::Unknown);
    assert!(
        text.contains("it was interrupted before the answer"),
        "{text}"
    );
    assert!(
        text.contains("It is not known whether anything was changed."),
        "{text}"
    );
    let password = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert!(
        password.len() > 10,
        "the password that may be in force: {text}"
    );
    let audit = AuditLog::new(machine.world.home.store.clone());
    let open = audit.open_intents().await.unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(open[0].event.kind, Kind::PasswordReset);
}
