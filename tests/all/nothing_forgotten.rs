//! A file of tests that no `mod` line names is never compiled, and a snapshot that no test asserts
//! is never compared: both would be forgotten without a word.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all")
}

fn is_a(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// The file that must name the module in `file`: `cli.rs` for `cli/demo.rs`.
fn parent(file: &Path) -> PathBuf {
    let folder = file.parent().unwrap();
    if folder == here() {
        folder.join("main.rs")
    } else {
        folder.with_extension("rs")
    }
}

#[test]
fn every_file_of_tests_is_compiled() {
    let sources = files(&here());
    let sources = sources.iter().filter(|path| is_a(path, "rs"));
    for file in sources.filter(|path| !path.ends_with("main.rs")) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(parent(file)).unwrap_or_default();
        let named = text.lines().any(|line| {
            let line = line.trim_start_matches("pub ");
            line == format!("mod {name};")
        });
        assert!(named, "{} names no mod {name}", parent(file).display());
    }
}

#[test]
fn all_tests_of_the_program_are_in_one_binary() {
    let folder = here();
    for file in fs::read_dir(folder.parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        let other = is_a(&path, "rs") || (path != folder && path.join("main.rs").exists());
        assert!(!other, "{} links the whole program again", path.display());
    }
}

#[test]
fn every_snapshot_is_asserted_by_the_test_that_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in files(&here()) {
        assert!(
            !file.to_string_lossy().ends_with(".snap.new"),
            "{} waits to be looked at",
            file.display()
        );
        if !is_a(&file, "snap") {
            continue;
        }
        let snapshot = fs::read_to_string(&file).unwrap();
        let source = snapshot
            .lines()
            .find_map(|line| line.strip_prefix("source: "))
            .unwrap_or_else(|| panic!("{} has no source", file.display()));
        let text = fs::read_to_string(root.join(source))
            .unwrap_or_else(|error| panic!("{}: {source}: {error}", file.display()));
        let name = file.file_stem().unwrap().to_str().unwrap();
        let name = name.rsplit("__").next().unwrap();
        let asserted = format!("snapshot!(\"{name}\",");
        assert!(
            text.contains(&asserted),
            "nothing in {source} refers to {}",
            file.display()
        );
    }
}
