//! The examples of README and docs, run as they stand.

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

/// A command of an example, and what is said to come of it.
struct Step {
    command: String,
    shown: Vec<String>,
}

/// The commands of every `console` block, in order.
fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside {
            match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step {
                    command: command.to_owned(),
                    shown: Vec::new(),
                }),
                (None, Some(step)) => step.shown.push(line.to_owned()),
                (None, None) => panic!("no command stands before {line:?}"),
            }
        }
    }
    steps
}

/// Is this the line that was shown, whatever its gaps and whatever stands for `…`?
fn is_shown(shown: &str, line: &str) -> bool {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<&str> = shown.split('…').map(str::trim).collect();
    let mut rest = line.as_str();
    for (n, part) in parts.iter().enumerate() {
        let Some(at) = rest.find(part) else {
            return false;
        };
        if n == 0 && at > 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || parts.last() == Some(&"")
}

/// Runs the steps in one shell, in a home of their own, and gives each with its code and output.
fn run(steps: &[Step]) -> Vec<(i32, Vec<String>)> {
    let home = tempfile::tempdir().unwrap();
    let programs = home.path().join("bin");
    fs::create_dir(&programs).unwrap();
    let halligan = assert_cmd::cargo::cargo_bin!("halligan");
    symlink(halligan, programs.join("halligan")).unwrap();
    let mut script = String::from("exec 2>&1\n");
    for step in steps {
        script.push_str("printf '\\n@begin\\n'\n");
        script.push_str(&step.command);
        script.push_str("\nprintf '\\n@end %s\\n' \"$?\"\n");
    }
    let file = home.path().join("script");
    fs::write(&file, script).unwrap();
    let done = Command::new("/bin/sh")
        .arg(&file)
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8(done.stdout).unwrap();
    let mut results = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for line in told.lines() {
        if line == "@begin" {
            lines.clear();
        } else if let Some(code) = line.strip_prefix("@end ") {
            results.push((code.parse().unwrap(), std::mem::take(&mut lines)));
        } else if !line.is_empty() {
            lines.push(line.to_owned());
        }
    }
    results
}

#[test]
fn the_examples_of_the_documentation_run_as_they_stand_and_say_what_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    for page in fs::read_dir(root.join("docs")).unwrap() {
        let page = page.unwrap().path();
        if page.extension().is_some_and(|end| end == "md") {
            pages.push(page);
        }
    }
    let mut count = 0;
    for page in pages {
        let steps = steps(&fs::read_to_string(&page).unwrap());
        count += steps.len();
        let results = run(&steps);
        assert_eq!(results.len(), steps.len(), "{}", page.display());
        for (step, (code, told)) in steps.iter().zip(&results) {
            let where_to = format!("{}: {}", page.display(), step.command);
            assert_eq!(*code, 0, "{where_to}\n{}", told.join("\n"));
            let mut lines = told.iter();
            for shown in &step.shown {
                assert!(
                    lines.any(|line| is_shown(shown, line)),
                    "{where_to}\nshown: {shown}\ntold:\n{}",
                    told.join("\n")
                );
            }
        }
    }
    assert!(count >= 10, "README has examples");
}

#[test]
fn a_line_that_is_shown_is_told_from_another() {
    assert!(is_shown("1 of 2", "1 of 2"));
    assert!(is_shown("No.  When", "No. When"));
    assert!(is_shown(
        "now: until …, and",
        "now: until Sun 06:59 UTC, and"
    ));
    assert!(is_shown("Whole: …", "Whole: 12 records"));
    assert!(!is_shown("1 of 2", "1 of 20"));
    assert!(!is_shown("1 of 2", "21 of 2"));
    assert!(!is_shown("until …, and", "until Sun 06:59 UTC"));
}
