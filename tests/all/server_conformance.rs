//! What others' tools say of the server.

use std::{env, path::PathBuf, process::Output};

use crate::support::api::Api;

fn tool(name: &str) -> PathBuf {
    let tools = env::var_os("HALLIGAN_TEST_SCIM_TOOLS").expect("tests/run sets it");
    PathBuf::from(tools).join(name)
}

/// Runs a tool beside the server; gives what it printed.
async fn run(name: &'static str, arguments: Vec<String>) -> (Output, String) {
    let output = tokio::task::spawn_blocking(move || {
        // The tools leave files where they run.
        let scratch = tempfile::tempdir().unwrap();
        std::process::Command::new(tool(name))
            .current_dir(&scratch)
            .args(arguments)
            .env("NO_COLOR", "1")
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output, said)
}

#[tokio::test]
#[ignore = "needs scim_tools: tests/run"]
async fn scim2_cli_test_finds_no_error() {
    let api = Api::start().await;
    let header = format!("Authorization: Bearer {}", api.token);
    let arguments = ["-u", &api.base, "-h", &header, "test"];
    let (output, said) = run("scim2", arguments.map(ToOwned::to_owned).to_vec()).await;
    let lines = |word: &str| said.lines().filter(|line| line.starts_with(word)).count();
    assert!(output.status.success(), "{said}");
    assert_eq!((lines("ERROR"), lines("CRITICAL")), (0, 0), "{said}");
    assert!(lines("SUCCESS") >= 65, "{said}");
}

#[tokio::test]
#[ignore = "needs scim_tools: tests/run"]
async fn scim_sanity_probe_finds_no_failure() {
    let api = Api::start().await;
    let arguments = [
        "probe",
        &api.base,
        "--token",
        &api.token,
        "--i-accept-side-effects",
    ];
    let (output, said) = run("scim-sanity", arguments.map(ToOwned::to_owned).to_vec()).await;
    assert!(output.status.success(), "{said}");
    assert!(
        !said.contains("[FAIL]") && said.contains("[PASS]"),
        "{said}"
    );
}

/// Every check; `tests/schemathesis.toml` says which operations are spared one, and why.
#[tokio::test]
#[ignore = "needs scim_tools: tests/run"]
async fn schemathesis_finds_nothing_against_the_description() {
    let api = Api::start().await;
    let description = format!("{}/openapi.json", api.root);
    let header = format!("Authorization: Bearer {}", api.token);
    let configuration = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml");
    let arguments = [
        "--config-file",
        configuration,
        "run",
        &description,
        "--url",
        &api.root,
        "-H",
        &header,
        "--max-examples",
        "10",
        "--phases",
        "coverage,fuzzing",
        "--exclude-path-regex",
        "^/(auth|oauth2)",
        "--generation-database",
        "none",
        "--seed",
        "1",
        "--no-color",
    ];
    let (output, said) = run("st", arguments.map(ToOwned::to_owned).to_vec()).await;
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Test cases:"), "{said}");
}
