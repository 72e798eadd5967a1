//! Help, manual, completions and the generated documentation.

use std::{fmt::Write as _, fs, path::Path, process};

use clap::CommandFactory as _;
use halligan::cli::{Cli, Exit};

use super::{House, code, out};

/// Every subcommand's path, the program itself first.
fn paths(command: &clap::Command, path: &[String], all: &mut Vec<Vec<String>>) {
    all.push(path.to_vec());
    for sub in command.get_subcommands() {
        if sub.get_name() != "help" {
            paths(sub, &[path, &[sub.get_name().to_owned()]].concat(), all);
        }
    }
}

#[test]
fn the_help_of_every_subcommand_is_as_it_was_seen_last() {
    let house = House::empty();
    let mut all = Vec::new();
    paths(&Cli::command(), &[], &mut all);
    let mut text = String::new();
    for path in all {
        let mut arguments: Vec<&str> = path.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = house.run(&arguments, "");
        assert_eq!(code(&help), 0);
        writeln!(text, "$ halligan {}\n{}", arguments.join(" "), out(&help)).unwrap();
    }
    insta::assert_snapshot!("help", text);
}

#[test]
fn no_option_and_no_argument_takes_a_password() {
    fn walk(command: &clap::Command) {
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str();
            let takes = argument.get_action().takes_values();
            // A file or a descriptor may be named, and the prompt's own words may be typed.
            let files = [
                "operator_password_file",
                "supervisor_password_file",
                "password_fd",
            ];
            let allowed = files.contains(&name);
            assert!(
                !takes || allowed || !(name.contains("password") || name.contains("secret")),
                "{} {name}",
                command.get_name()
            );
        }
        command.get_subcommands().for_each(walk);
    }
    walk(&Cli::command());
    let house = House::empty();
    for arguments in [
        ["reset", "E1", "--password", "x"],
        ["reset", "E1", "--password=x", "--yes"],
        ["check", "E1", "--password", "x"],
    ] {
        assert_eq!(code(&house.run(&arguments, "")), Exit::Usage.code());
    }
}

/// `docs/cli.md` is generated; run with `HALLIGAN_TEST_BLESS=1` to renew it.
#[test]
fn the_reference_in_docs_is_fresh() {
    let mut text = String::from(
        "<!-- Made by tests/all/cli/documents.rs; renew with: HALLIGAN_TEST_BLESS=1 cargo test --test all cli:: -->\n\n",
    );
    text.push_str(&clap_markdown::help_markdown_custom::<Cli>(
        &clap_markdown::MarkdownOptions::new()
            .title("The command line".to_owned())
            .show_footer(false)
            .show_table_of_contents(true),
    ));
    text.push_str("\n## Exit codes\n\n| code | `error.kind` | meaning |\n|---:|---|---|\n");
    for (exit, word, meaning) in Exit::TABLE {
        writeln!(text, "| {} | `{word}` | {meaning} |", exit.code()).unwrap();
    }
    text.push_str("\nThe documents of `--json` are described in [json.md](json.md).\n");
    let text: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = text.join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    if std::env::var_os("HALLIGAN_TEST_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/cli.md is stale: HALLIGAN_TEST_BLESS=1 cargo test --test all cli::"
    );
}

#[test]
fn the_readme_lists_every_exit_code() {
    let readme = include_str!("../../../README.md");
    for (exit, ..) in Exit::TABLE {
        let row = format!("\n| {} | ", exit.code());
        assert!(readme.contains(&row), "{}", exit.code());
    }
}

#[test]
fn the_manual_has_a_page_for_every_subcommand() {
    let house = House::empty();
    let page = out(&house.run(&["man"], ""));
    assert!(page.contains(".TH halligan 1"));
    for (exit, _, meaning) in Exit::TABLE {
        assert!(page.contains(&format!(".TP\n{}\n{meaning}", exit.code())));
    }
    let to = house.path("man");
    fs::create_dir(&to).unwrap();
    let written = house.run(&["man", "--to", to.to_str().unwrap()], "");
    assert_eq!(code(&written), 0);
    let mut all = Vec::new();
    paths(&Cli::command(), &["halligan".to_owned()], &mut all);
    for path in all {
        let page = to.join(format!("{}.1", path.join("-")));
        assert!(page.is_file(), "{}", page.display());
    }
}

#[test]
fn the_completions_of_bash_parse_and_know_the_subcommands() {
    let house = House::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = house.run(&["completions", shell], "");
        assert_eq!(code(&script), 0);
        for word in ["reset", "audit", "--operator-password-file"] {
            assert!(
                out(&script).contains(word.trim_start_matches('-')),
                "{shell}: {word}"
            );
        }
    }
    let script = house.path("completions.bash");
    fs::write(&script, out(&house.run(&["completions", "bash"], ""))).unwrap();
    let parsed = process::Command::new("bash")
        .arg("-n")
        .arg(&script)
        .status();
    assert!(parsed.unwrap().success());
}
