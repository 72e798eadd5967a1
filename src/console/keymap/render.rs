//! Footer, help and documentation, all from the table.

use std::fmt::Write;

use crokey::{KeyCombination, KeyCombinationFormat};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{
    binding::{Action, Binding, Scope},
    table::{BINDINGS, TEXT_KEYS},
};
use crate::console::theme::Look;

/// The name of a key as it is printed on keyboards: `Enter`, `Ctrl-R`, `Page Down`.
pub fn key_name(key: KeyCombination) -> String {
    let name = KeyCombinationFormat::default()
        .with_control("Ctrl-")
        .with_shift("Shift-")
        .to_string(key);
    match name.as_str() {
        "BackTab" | "Shift-BackTab" => "Shift-Tab".into(),
        "PageUp" => "Page Up".into(),
        "PageDown" => "Page Down".into(),
        _ => match name.strip_prefix("Ctrl-") {
            Some(letter) => format!("Ctrl-{}", letter.to_uppercase()),
            None => name,
        },
    }
}

/// A key that can be shown in the footer.
#[derive(Debug, Clone)]
pub struct Hint {
    /// What it does.
    pub action: Action,
    key: String,
    label: &'static str,
    priority: u8,
}

/// The rows alive in `scopes`, innermost first, without those that an inner scope covers.
fn alive(scopes: &[Scope]) -> Vec<&'static Binding> {
    let mut rows: Vec<&'static Binding> = Vec::new();
    for scope in scopes {
        for row in BINDINGS.iter().filter(|row| row.scope == *scope) {
            let covered = |key: &KeyCombination| rows.iter().any(|above| above.keys.contains(key));
            if !row.keys.iter().all(covered) {
                rows.push(row);
            }
        }
    }
    rows
}

/// The footer: most important keys first, pruned to `width`. `blocked` says which actions are
/// impossible now; they are shown in the style for it.
pub fn footer(
    scopes: &[Scope],
    width: u16,
    look: &Look,
    blocked: impl Fn(Action) -> bool,
) -> Line<'static> {
    let narrow = width < 60;
    let mut hints: Vec<Hint> = alive(scopes)
        .into_iter()
        .filter(|row| row.priority > 0)
        .filter_map(|row| {
            let key = key_name(*row.keys.first()?);
            Some(Hint {
                action: row.action,
                key: if narrow {
                    key.replace("Ctrl-", "^")
                } else {
                    key
                },
                label: row.label,
                priority: row.priority,
            })
        })
        .collect();
    hints.sort_by_key(|hint| std::cmp::Reverse(hint.priority));
    hints.dedup_by(|a, b| a.action == b.action);

    let cells = |hint: &Hint| hint.key.width() + 1 + hint.label.width() + 2;
    let room = usize::from(width).saturating_sub(1);
    let mut used = 0;
    let mut spans = vec![Span::raw(" ")];
    // The key that explains the others always stays, at the end.
    let (help, others): (Vec<_>, Vec<_>) = hints
        .into_iter()
        .partition(|hint| hint.action == Action::Help);
    let reserved: usize = help.iter().map(cells).sum();
    for hint in others.iter().chain(&help) {
        let is_help = hint.action == Action::Help;
        if !is_help && used + cells(hint) + reserved > room + 2 {
            continue;
        }
        used += cells(hint);
        if blocked(hint.action) {
            spans.push(Span::styled(
                format!("({} {})  ", hint.key, hint.label),
                look.theme.disabled,
            ));
            used += 2;
        } else {
            spans.push(Span::styled(hint.key.clone(), look.theme.accent));
            spans.push(Span::styled(format!(" {}  ", hint.label), look.theme.faint));
        }
    }
    Line::from(spans)
}

/// The rows of the help popup: keys and what they do, innermost scope first.
pub fn help(scopes: &[Scope]) -> Vec<(String, String)> {
    let mut rows: Vec<_> = alive(scopes)
        .into_iter()
        .map(|row| (names(row), row.about.to_owned()))
        .collect();
    if scopes.contains(&Scope::Text) {
        rows.extend(
            TEXT_KEYS
                .iter()
                .map(|(keys, about)| ((*keys).to_owned(), (*about).to_owned())),
        );
    }
    rows
}

fn names(row: &Binding) -> String {
    row.keys
        .iter()
        // The terminal's other name of Ctrl-\ is of no use to a reader.
        .filter(|key| **key != crokey::key!(ctrl - 4))
        .map(|key| key_name(*key))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `docs/keys.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Keys\n\nGenerated from the key table in `src/console/keymap/table.rs`; a test keeps it \
         fresh.\nNothing hangs on Ctrl-S, Ctrl-Q, Alt or a function key alone.\n",
    );
    for scope in Scope::ALL {
        let _ = write!(
            text,
            "\n## {}\n\n| keys | what |\n|---|---|\n",
            scope.title()
        );
        for row in BINDINGS.iter().filter(|row| row.scope == scope) {
            let _ = writeln!(text, "| {} | {} |", names(row), row.about);
        }
        if scope == Scope::Text {
            for (keys, about) in TEXT_KEYS {
                let _ = writeln!(text, "| {keys} | {about} |");
            }
        }
    }
    text
}
