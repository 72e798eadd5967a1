//! The one table of keys. Dispatch, footer, help and `docs/keys.md` all come from it; screens see
//! [`Action`]s and never a key code.

mod binding;
mod render;
mod table;

pub use binding::{Action, Binding, Scope};
pub use render::{Hint, footer, help, key_name, markdown};
pub use table::{BINDINGS, TEXT_KEYS};

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The action of a key: the first scope (innermost first) that binds it decides.
pub fn resolve(scopes: &[Scope], pressed: KeyCombination) -> Option<Action> {
    scopes.iter().find_map(|scope| {
        BINDINGS
            .iter()
            .find(|row| row.scope == *scope && row.keys.contains(&pressed))
            .map(|row| row.action)
    })
}

/// The name of the first key of an action, for texts that point to it.
pub fn name_of(scope: Scope, action: Action) -> String {
    BINDINGS
        .iter()
        .find(|row| row.scope == scope && row.action == action)
        .and_then(|row| row.keys.first())
        .map_or_else(String::new, |key| key_name(*key))
}

/// The combination of a key event, the same whether or not the terminal reports Shift with
/// characters that need it (`?`), and with line feed as Enter.
pub fn combination(mut event: KeyEvent) -> KeyCombination {
    if let KeyCode::Char(c) = event.code {
        if !c.is_alphabetic() {
            event.modifiers.remove(KeyModifiers::SHIFT);
        }
        // A line feed: Enter on a line whose carriage return was not translated, or Ctrl-J.
        if c == 'j' && event.modifiers == KeyModifiers::CONTROL {
            event.code = KeyCode::Enter;
            event.modifiers = KeyModifiers::NONE;
        }
    }
    if event.code == KeyCode::BackTab {
        event.modifiers.insert(KeyModifiers::SHIFT);
    }
    KeyCombination::from(event).normalized()
}

/// Is this key text for a field rather than a command?
pub fn is_text(event: &KeyEvent) -> bool {
    matches!(event.code, KeyCode::Char(_))
        && !event
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}
