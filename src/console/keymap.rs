//! The one table of keys. Dispatch, footer, help and `docs/keys.md` all come from it; screens see
//! [`Action`]s and never a key code.

mod render;
mod table;

pub use render::{Hint, footer, help, key_name, markdown};
pub use table::{BINDINGS, TEXT_KEYS};

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where a binding is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// A text field has the focus: plain characters belong to it.
    Text,
    /// A switch has the focus.
    Toggle,
    /// A choice of several words has the focus.
    Choice,
    /// A form with fields.
    Form,
    /// A screen that can be left.
    Page,
    /// A screen without fields: plain letters may be keys.
    Plain,
    /// The sign-in form.
    SignIn,
    /// The set-up form.
    SetUp,
    /// The menu.
    Menu,
    /// The list of users.
    Users,
    /// One user and the password form.
    Edit,
    /// The receipt of a write.
    Receipt,
    /// The audit.
    Audit,
    /// Changes without an outcome.
    Unfinished,
    /// The form for a new user.
    AddUser,
    /// The operator's own password.
    MyPassword,
    /// The lock.
    Locked,
    /// A question with yes and no.
    Confirm,
    /// The list of keys.
    Help,
    /// The operator's password is asked once more.
    StepUp,
}

impl Scope {
    /// The heading in help and documentation.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Text => "In a text field",
            Self::Toggle => "On a switch",
            Self::Choice => "On a choice",
            Self::Form => "In a form",
            Self::Page => "On every screen but the first",
            Self::Plain => "Where there is no text field",
            Self::SignIn => "Sign in",
            Self::SetUp => "Set up",
            Self::Menu => "Menu",
            Self::Users => "Users",
            Self::Edit => "Edit a user",
            Self::Receipt => "Receipt",
            Self::Audit => "Audit",
            Self::Unfinished => "Unfinished changes",
            Self::AddUser => "Add a user",
            Self::MyPassword => "My password",
            Self::Locked => "Locked",
            Self::Confirm => "A question",
            Self::Help => "Help",
            Self::StepUp => "Your password, once more",
        }
    }

    /// In the order of the documentation.
    pub const ALL: [Self; 21] = [
        Self::Global,
        Self::Page,
        Self::Plain,
        Self::Form,
        Self::Text,
        Self::Toggle,
        Self::Choice,
        Self::SetUp,
        Self::SignIn,
        Self::Menu,
        Self::Users,
        Self::Edit,
        Self::Receipt,
        Self::Audit,
        Self::Unfinished,
        Self::AddUser,
        Self::MyPassword,
        Self::Confirm,
        Self::StepUp,
        Self::Locked,
        Self::Help,
    ];
}

/// What the operator wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The obvious thing: open, save, sign in.
    Accept,
    /// Back, cancel, dismiss.
    Back,
    /// End the program.
    Quit,
    /// Which keys are there?
    Help,
    /// Paint the screen afresh.
    Repaint,
    /// A key that would suspend or kill: told that it does not.
    Suspend,
    /// Next field.
    NextField,
    /// Previous field.
    PreviousField,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Turn a switch.
    Toggle,
    /// The next word of a choice.
    NextChoice,
    /// The word before.
    PreviousChoice,
    /// Open the list of users.
    OpenUsers,
    /// Open the form for a new user.
    OpenAddUser,
    /// Open the audit.
    OpenAudit,
    /// Open the changes without an outcome.
    OpenUnfinished,
    /// Open the operator's own password.
    OpenMyPassword,
    /// Lock the session.
    Lock,
    /// End the session.
    SignOut,
    /// Draw a password.
    Generate,
    /// Draw one of the other shape.
    GenerateOther,
    /// Show or mask the password.
    Reveal,
    /// Only unlock.
    UnlockOnly,
    /// Verify the audit chain.
    Verify,
    /// Show or hide the words for reading out.
    ReadBack,
    /// Try the new password at the directory.
    TryPassword,
    /// Show the directory's own text behind a refusal.
    OwnText,
    /// Yes to a question.
    Yes,
    /// No to a question.
    No,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Which keys, the one to show first.
    pub keys: &'static [KeyCombination],
    /// What.
    pub action: Action,
    /// The word in the footer.
    pub label: &'static str,
    /// 0: not in the footer; otherwise the higher, the longer it stays when room runs out.
    pub priority: u8,
    /// What it does, for help and documentation.
    pub about: &'static str,
}

/// The action of a key: the first scope (innermost first) that binds it decides.
pub fn resolve(scopes: &[Scope], pressed: KeyCombination) -> Option<Action> {
    scopes.iter().find_map(|scope| {
        BINDINGS
            .iter()
            .find(|row| row.scope == *scope && row.keys.contains(&pressed))
            .map(|row| row.action)
    })
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
