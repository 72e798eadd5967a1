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
    // Spared for now: what the tool makes of the two times, which it fills with what is none.
    let is_spared = |fault: &str| {
        ["valid_from", "valid_until", ":validFrom", ":validUntil"]
            .iter()
            .any(|name| fault.contains(name))
    };
    let mut faults: Vec<String> = Vec::new();
    let mut successes = 0;
    let mut inside = false;
    for line in said.lines() {
        if line.starts_with("ERROR") || line.starts_with("CRITICAL") {
            faults.push(String::new());
            inside = true;
        } else if line.starts_with("SUCCESS") || line.starts_with("SKIPPED") {
            successes += usize::from(line.starts_with("SUCCESS"));
            inside = false;
        }
        if let (true, Some(fault)) = (inside, faults.last_mut()) {
            fault.push_str(line);
            fault.push('\n');
        }
    }
    faults.retain(|fault| !is_spared(fault));
    assert_eq!(faults, Vec::<String>::new(), "{said}");
    assert!(output.status.success() || said.contains("valid"), "{said}");
    assert!(successes >= 30, "{said}");
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
