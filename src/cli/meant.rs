//! What was meant by a word that is no command.

use clap::{
    Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{Exit, Failure};

/// The failure for a word in the place of a command; nothing for any other mistake.
pub(super) fn by(error: &Error, program: &Command) -> Option<Failure> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let mut cure = Vec::new();
    let mut elsewhere = Vec::new();
    named(program, word, "halligan", &mut elsewhere);
    if elsewhere.is_empty()
        && let Some(ContextValue::Strings(near)) = error.get(ContextKind::SuggestedSubcommand)
    {
        for name in near {
            named(program, name, "halligan", &mut elsewhere);
        }
    }
    if !elsewhere.is_empty() {
        cure.push(format!("Did you mean {}?", elsewhere.join(" or ")));
    }
    // `halligan vasquez` is what people type who want to find somebody.
    cure.push(format!(
        "To find somebody: `halligan find {}`",
        quoted(word)
    ));
    cure.push("All commands: `halligan help`".into());
    Some(Failure::new(
        Exit::Usage,
        &format!("there is no command '{word}' here"),
        "Nothing was done.",
        &cure.join("\n"),
    ))
}

/// Every command of this name, as it is typed.
fn named(command: &Command, name: &str, path: &str, found: &mut Vec<String>) {
    for sub in command.get_subcommands() {
        let path = format!("{path} {}", sub.get_name());
        if sub.get_name() == name {
            found.push(format!("`{path}`"));
        }
        named(sub, name, &path, found);
    }
}

/// As a shell takes it back, or a stand-in.
fn quoted(word: &str) -> &str {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if word.chars().all(plain) {
        word
    } else {
        "TEXT"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> String {
        let of = |name| Command::new(name).subcommand_required(true);
        let program = Command::new("halligan")
            .subcommand(Command::new("find"))
            .subcommand(Command::new("reset"))
            .subcommand(of("user").subcommands(["list", "disable"].map(Command::new)))
            .subcommand(of("audit").subcommand(Command::new("list")));
        let error = program
            .clone()
            .try_get_matches_from(line.split(' '))
            .unwrap_err();
        by(&error, &program).map_or_else(String::new, |failure| failure.cure().to_owned())
    }

    #[test]
    fn a_word_that_is_no_command_is_answered_with_what_was_meant() {
        let find = |cure: &str, word: &str| cure.contains(&format!("`halligan find {word}`"));
        assert!(find(&told("halligan vasquez"), "vasquez"));
        assert!(!told("halligan vasquez").contains("Did you mean"));
        let disable = told("halligan disable");
        assert!(
            disable.starts_with("Did you mean `halligan user disable`?\n"),
            "{disable}"
        );
        let reset = told("halligan user reset");
        assert!(
            reset.starts_with("Did you mean `halligan reset`?"),
            "{reset}"
        );
        let near = told("halligan user disabel");
        assert!(
            near.starts_with("Did you mean `halligan user disable`?"),
            "{near}"
        );
        let list = told("halligan list");
        for path in ["halligan user list", "halligan audit list"] {
            assert!(list.contains(path), "{list}");
        }
        assert!(find(&told("halligan $(reboot)"), "TEXT"));
        assert_eq!(told("halligan find --no-such-option"), "");
    }
}
