//! The rows.
//!
//! Never bound: Ctrl-S and Ctrl-Q (flow control), Ctrl-A and Ctrl-B (prefix keys of screen and
//! tmux), Alt. No function hangs on a function key alone: serial lines, multiplexers and
//! locked-down terminals eat those.

use crokey::{KeyCombination, key};

use super::binding::{Action, Binding, Scope};

const fn row(
    scope: Scope,
    keys: &'static [KeyCombination],
    action: Action,
    label: &'static str,
    priority: u8,
    about: &'static str,
) -> Binding {
    Binding {
        scope,
        keys,
        action,
        label,
        priority,
        about,
    }
}

const BACK: &[KeyCombination] = &[key!(esc), key!(ctrl - x)];
const QUIT: &[KeyCombination] = &[key!(ctrl - c)];
const ENTER: &[KeyCombination] = &[key!(enter)];
const HOME: &[KeyCombination] = &[key!(home)];
const END: &[KeyCombination] = &[key!(end)];
const UP: &[KeyCombination] = &[key!(up), key!(ctrl - p)];
const DOWN: &[KeyCombination] = &[key!(down), key!(ctrl - n)];

/// Every key of the console.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    row(Scope::Global, &[key!(ctrl-k), key!(f1)], Action::Help, "keys", 90, "Show the keys that are alive now"),
    row(Scope::Global, &[key!(ctrl-d)], Action::Lock, "lock", 0, "Lock the session; what was typed stays, secrets do not"),
    row(Scope::Global, &[key!(ctrl-l)], Action::Repaint, "repaint", 0, "Paint the screen afresh"),
    row(Scope::Global, &[key!(ctrl-c)], Action::Quit, "quit", 0, "End Halligan; asks if something would be lost"),
    row(Scope::Global, &[key!(ctrl-z), key!(ctrl-'\\'), key!(ctrl-4)], Action::Suspend, "", 0, "Nothing: Halligan cannot be suspended or killed by a key"),
    row(Scope::Global, &[key!(ctrl-f)], Action::OwnText, "", 0, "Show the directory's own text behind a refusal or failure"),

    row(Scope::Page, BACK, Action::Back, "back", 60, "Dismiss a message, or go back; asks if something would be lost"),

    row(Scope::Plain, &[key!('?')], Action::Help, "keys", 90, "Show the keys that are alive now"),

    row(Scope::Form, &[key!(tab), key!(down)], Action::NextField, "next", 40, "Next field"),
    row(Scope::Form, &[key!(backtab), key!(up)], Action::PreviousField, "", 0, "Previous field"),

    row(Scope::Toggle, &[key!(space)], Action::Toggle, "on/off", 50, "Turn the switch"),

    row(Scope::Choice, &[key!(space), key!(right)], Action::NextChoice, "change", 50, "Next choice"),
    row(Scope::Choice, &[key!(left)], Action::PreviousChoice, "", 0, "Previous choice"),

    row(Scope::Opener, &[key!(space), key!(right)], Action::OpenPart, "open", 50, "Open the page of the field"),

    row(Scope::SetUp, ENTER, Action::Accept, "create", 80, "Make the first administrator and sign in"),
    row(Scope::SetUp, &[key!(ctrl-r)], Action::Reveal, "show", 30, "Show or mask the passwords, where the profile allows it"),
    row(Scope::SetUp, BACK, Action::Back, "", 0, "Dismiss a message"),
    row(Scope::SetUp, QUIT, Action::Quit, "quit", 50, "End Halligan; asks if something would be lost"),

    row(Scope::Roster, ENTER, Action::Accept, "go on", 80, "Plan the import, then import, then go on to the menu"),
    row(Scope::Roster, BACK, Action::Back, "", 0, "Stop the plan or the import, or dismiss a message"),
    row(Scope::Roster, QUIT, Action::Quit, "quit", 50, "End Halligan; asks if something would be lost"),

    row(Scope::SignIn, ENTER, Action::Accept, "sign in", 80, "Next field, or sign in"),
    row(Scope::SignIn, BACK, Action::Back, "", 0, "Dismiss a message; never ends Halligan"),
    row(Scope::SignIn, QUIT, Action::Quit, "quit", 50, "End Halligan"),

    row(Scope::Menu, ENTER, Action::Accept, "open", 80, "Open the selected entry"),
    row(Scope::Menu, UP, Action::Up, "", 0, "Entry above"),
    row(Scope::Menu, DOWN, Action::Down, "", 0, "Entry below"),
    row(Scope::Menu, HOME, Action::First, "", 0, "First entry"),
    row(Scope::Menu, END, Action::Last, "", 0, "Last entry"),
    row(Scope::Menu, &[key!('/')], Action::OpenUsers, "or a name: find", 70, "Find a user; a letter or a digit does the same and begins the search"),
    row(Scope::Menu, &[key!(ctrl-d)], Action::Lock, "lock", 30, "Lock the session"),
    row(Scope::Menu, QUIT, Action::Quit, "quit", 50, "Sign out and end Halligan; asks first"),
    row(Scope::Menu, BACK, Action::Back, "", 0, "Dismiss a message; never ends the session"),

    row(Scope::Users, ENTER, Action::Accept, "open", 80, "Open the selected user"),
    row(Scope::Users, UP, Action::Up, "", 0, "Row above"),
    row(Scope::Users, DOWN, Action::Down, "select", 50, "Row below"),
    row(Scope::Users, &[key!(pagedown), key!(ctrl-v)], Action::PageDown, "", 0, "A window of rows down"),
    row(Scope::Users, &[key!(pageup), key!(ctrl-y)], Action::PageUp, "", 0, "A window of rows up"),
    row(Scope::Users, HOME, Action::First, "", 0, "First row"),
    row(Scope::Users, END, Action::Last, "", 0, "Last row that was read"),
    row(Scope::Users, &[key!(tab)], Action::TakeSuggestion, "", 0, "Complete a filter, or search for what may have been meant where nobody matches"),
    row(Scope::Users, &[key!(ctrl-g)], Action::OpenLists, "lists", 45, "Choose a ready-made list: locked now, disabled, expired, never signed in ..."),
    row(Scope::Users, &[key!(ctrl-o)], Action::NextOrder, "sort", 0, "Sort by the next: best match, name, ID, last sign-in, last change"),
    row(Scope::Users, &[key!(ctrl-t)], Action::SelectSeveral, "several", 42, "Select several users, to unlock, disable, enable, change or reset them"),
    row(Scope::Users, &[key!(ctrl-r)], Action::Export, "export", 0, "Write everybody who matches to a file: CSV or JSON Lines"),

    row(Scope::Lists, ENTER, Action::Accept, "show", 80, "Show the selected list"),
    row(Scope::Lists, UP, Action::Up, "", 0, "List above"),
    row(Scope::Lists, DOWN, Action::Down, "select", 50, "List below"),
    row(Scope::Lists, HOME, Action::First, "", 0, "First list"),
    row(Scope::Lists, END, Action::Last, "", 0, "Last list"),

    row(Scope::Selecting, &[key!(space), key!(enter)], Action::Mark, "select", 80, "Select the user of the row, or not, and go down a row"),
    row(Scope::Selecting, &[key!(a)], Action::MarkAll, "all", 75, "Select everybody who matches, up to 1000, or nobody again"),
    row(Scope::Selecting, &[key!(u)], Action::UnlockSelected, "unlock", 70, "Unlock those who are selected, after the plan and a question"),
    row(Scope::Selecting, &[key!(d)], Action::DisableSelected, "disable", 68, "Disable those who are selected, likewise; needs Users - Update Status"),
    row(Scope::Selecting, &[key!(e)], Action::EnableSelected, "enable", 66, "Enable those who are selected, likewise; needs Users - Update Status"),
    row(Scope::Selecting, &[key!(s)], Action::SetSelected, "set", 64, "Set kind or station of those who are selected, likewise"),
    row(Scope::Selecting, &[key!(r)], Action::ResetSelected, "reset", 62, "Draw new passwords for those who are selected, likewise"),
    row(Scope::Selecting, UP, Action::Up, "", 0, "Row above"),
    row(Scope::Selecting, DOWN, Action::Down, "", 0, "Row below"),
    row(Scope::Selecting, &[key!(pagedown), key!(ctrl-v)], Action::PageDown, "", 0, "A window of rows down"),
    row(Scope::Selecting, &[key!(pageup), key!(ctrl-y)], Action::PageUp, "", 0, "A window of rows up"),
    row(Scope::Selecting, HOME, Action::First, "", 0, "First row"),
    row(Scope::Selecting, END, Action::Last, "", 0, "Last row that was read"),

    row(Scope::Bulk, ENTER, Action::Accept, "begin", 80, "Begin, after a question: one user after another, each an act of its own"),
    row(Scope::Bulk, &[key!(pagedown), key!(ctrl-v)], Action::PageDown, "scroll", 50, "Scroll down through who is in it and who is passed over"),
    row(Scope::Bulk, &[key!(pageup), key!(ctrl-y)], Action::PageUp, "", 0, "Scroll up"),

    row(Scope::BulkRunning, BACK, Action::Back, "stop", 80, "Stop behind the one that is on its way"),

    row(Scope::BulkOver, ENTER, Action::Accept, "done", 80, "Back to the list, and forget the passwords"),
    row(Scope::BulkOver, &[key!(r)], Action::Reveal, "show/hide", 60, "Show or hide the new passwords"),
    row(Scope::BulkOver, UP, Action::Up, "", 0, "Scroll up"),
    row(Scope::BulkOver, DOWN, Action::Down, "scroll", 50, "Scroll down"),
    row(Scope::BulkOver, &[key!(pagedown), key!(space), key!(ctrl-v)], Action::PageDown, "", 0, "A page down"),
    row(Scope::BulkOver, &[key!(pageup), key!(ctrl-y)], Action::PageUp, "", 0, "A page up"),

    row(Scope::Export, ENTER, Action::Accept, "write", 80, "Write the file; asks before one is replaced"),

    row(Scope::Nobody, ENTER, Action::Accept, "to the list", 80, "Back to the list"),

    row(Scope::Edit, ENTER, Action::Accept, "save", 80, "Save, once: everything that was changed in any section, as one act"),
    row(Scope::Edit, &[key!(ctrl-g)], Action::Generate, "generate", 70, "Draw a readable password"),
    row(Scope::Edit, &[key!(ctrl-t)], Action::GenerateOther, "", 0, "Draw one of the other shape (words, groups)"),
    row(Scope::Edit, &[key!(ctrl-o)], Action::UnlockOnly, "unlock only", 65, "Unlock and leave the password alone"),
    row(Scope::Edit, &[key!(ctrl-p)], Action::OpenCaller, "", 0, "Say how it was made sure who is calling, or turn the caller away"),
    row(Scope::Edit, &[key!(ctrl-r)], Action::Reveal, "show", 45, "Show or mask the password; it masks itself again"),

    row(Scope::Edit, &[key!(pagedown), key!(ctrl-v)], Action::NextSection, "sections", 48, "Next section: password, details, status, access, history; Tab over the end of one does the same"),
    row(Scope::Edit, &[key!(pageup)], Action::PreviousSection, "", 0, "Section before"),

    row(Scope::Disabled, &[key!(ctrl-y)], Action::Enable, "enable", 75, "Enable the account, after a question, and leave the password alone; needs Users - Update Status"),

    row(Scope::Caller, ENTER, Action::Accept, "it is them", 80, "Record how it was made sure who is calling, and go back"),
    row(Scope::Caller, &[key!(ctrl-t)], Action::RefuseCaller, "turn away", 70, "Record that the caller could not show who they are; asks first"),

    row(Scope::Receipt, ENTER, Action::Accept, "done", 80, "Close the receipt and forget the password"),
    row(Scope::Receipt, &[key!(n)], Action::NextCaller, "next caller", 75, "Close the receipt and find the next caller; the reason or ticket is kept"),
    row(Scope::Receipt, &[key!(b)], Action::ReadBack, "they read it back", 70, "Record that the user has read the password back"),
    row(Scope::Receipt, &[key!(r)], Action::Reveal, "show/hide", 45, "Show or hide the password, what to say and its spelling"),
    row(Scope::Receipt, &[key!(t)], Action::TryPassword, "try", 40, "Try whether the new password signs the user in; a wrong one may count as a failed sign-in"),
    row(Scope::Receipt, UP, Action::Up, "", 0, "Scroll up"),
    row(Scope::Receipt, DOWN, Action::Down, "", 0, "Scroll down"),

    row(Scope::Audit, UP, Action::Up, "", 0, "Newer record"),
    row(Scope::Audit, DOWN, Action::Down, "older", 50, "Older record"),
    row(Scope::Audit, &[key!(pagedown), key!(space), key!(ctrl-v)], Action::PageDown, "page", 45, "A page older"),
    row(Scope::Audit, &[key!(pageup), key!(ctrl-y)], Action::PageUp, "", 0, "A page newer"),
    row(Scope::Audit, HOME, Action::First, "", 0, "Newest record"),
    row(Scope::Audit, END, Action::Last, "", 0, "Oldest record that was read"),
    row(Scope::Audit, ENTER, Action::Accept, "details", 80, "Show or hide the whole record"),
    row(Scope::Audit, &[key!(f)], Action::NextFilter, "filter", 60, "Show everything, changes only, or only what was not done"),
    row(Scope::Audit, &[key!(u)], Action::OnlyThisUser, "this user", 55, "Show only what was done to the user of the record, or to everybody again"),
    row(Scope::Audit, &[key!(v)], Action::Verify, "verify", 70, "Verify the chain from the first record to the last"),

    row(Scope::Unfinished, ENTER, Action::Accept, "settle", 80, "Ask the directory what became of it, or close it with what was typed"),
    row(Scope::Unfinished, UP, Action::Up, "", 0, "Change above"),
    row(Scope::Unfinished, DOWN, Action::Down, "select", 50, "Change below"),

    row(Scope::Roles, ENTER, Action::Accept, "open", 80, "Open the selected role"),
    row(Scope::Roles, &[key!(n)], Action::New, "new", 75, "Make a role"),
    row(Scope::Roles, &[key!(r)], Action::Remove, "remove", 70, "Remove the selected role, after a question; who holds it gets another"),
    row(Scope::Roles, UP, Action::Up, "", 0, "Role above"),
    row(Scope::Roles, DOWN, Action::Down, "select", 50, "Role below"),
    row(Scope::Roles, HOME, Action::First, "", 0, "First role"),
    row(Scope::Roles, END, Action::Last, "", 0, "Last role"),

    row(Scope::Role, ENTER, Action::Accept, "save", 80, "Save the role; asks first where somebody holds it"),

    row(Scope::RemoveRole, ENTER, Action::Accept, "remove", 80, "Remove the role, after a question"),

    row(Scope::Fields, ENTER, Action::Accept, "open", 80, "Open the selected field"),
    row(Scope::Fields, &[key!(n)], Action::New, "new", 75, "Add a field"),
    row(Scope::Fields, &[key!(r)], Action::Remove, "retire", 70, "Retire the selected field, after a question, or take it into use again; what users have in it stays"),
    row(Scope::Fields, &[key!(u)], Action::MoveUp, "up", 62, "Move the field up in the order in which fields are shown"),
    row(Scope::Fields, &[key!(d)], Action::MoveDown, "down", 61, "Move the field down"),
    row(Scope::Fields, UP, Action::Up, "", 0, "Field above"),
    row(Scope::Fields, DOWN, Action::Down, "select", 50, "Field below"),
    row(Scope::Fields, HOME, Action::First, "", 0, "First field"),
    row(Scope::Fields, END, Action::Last, "", 0, "Last field"),

    row(Scope::Field, ENTER, Action::Accept, "save", 80, "Save the field"),

    row(Scope::FieldValues, ENTER, Action::Accept, "add or done", 80, "Add the value that was typed; without one back to the field"),
    row(Scope::FieldValues, &[key!(ctrl-t)], Action::Remove, "retire", 70, "Retire the selected value, or take it into use again; one that is not saved yet goes"),
    row(Scope::FieldValues, UP, Action::Up, "", 0, "Value above"),
    row(Scope::FieldValues, DOWN, Action::Down, "select", 50, "Value below"),
    row(Scope::FieldValues, &[key!(pageup), key!(ctrl-y)], Action::MoveUp, "move up", 62, "Move the value up in the order in which values are offered"),
    row(Scope::FieldValues, &[key!(pagedown), key!(ctrl-v)], Action::MoveDown, "move down", 61, "Move the value down"),

    row(Scope::FieldRoles, ENTER, Action::Accept, "done", 80, "Back to the field"),
    row(Scope::FieldRoles, &[key!(s)], Action::TickSees, "sees", 70, "The selected role sees the field, or not"),
    row(Scope::FieldRoles, &[key!(e)], Action::TickEdits, "edits", 69, "It edits the field, or not"),
    row(Scope::FieldRoles, &[key!(f)], Action::TickFills, "must fill", 68, "It must fill the field, or not"),
    row(Scope::FieldRoles, UP, Action::Up, "", 0, "Role above"),
    row(Scope::FieldRoles, DOWN, Action::Down, "select", 50, "Role below"),
    row(Scope::FieldRoles, HOME, Action::First, "", 0, "First role"),
    row(Scope::FieldRoles, END, Action::Last, "", 0, "Last role"),

    row(Scope::AddUser, ENTER, Action::Accept, "add", 80, "Add the user, once"),

    row(Scope::MyPassword, ENTER, Action::Accept, "save", 80, "Next field, or change the password"),
    row(Scope::MyPassword, &[key!(ctrl-r)], Action::Reveal, "show", 30, "Show or mask the new password, where the profile allows it"),

    row(Scope::Confirm, &[key!(y)], Action::Yes, "yes", 80, "Yes"),
    row(Scope::Confirm, &[key!(n), key!(esc), key!(ctrl-x), key!(enter)], Action::No, "no", 80, "No"),

    row(Scope::StepUp, ENTER, Action::Accept, "go on", 80, "Give the password; what was asked for then goes on, once"),
    row(Scope::StepUp, BACK, Action::Back, "cancel", 70, "Leave it"),

    row(Scope::Locked, ENTER, Action::Accept, "unlock", 80, "Give the password and go on"),
    row(Scope::Locked, BACK, Action::SignOut, "sign out", 60, "End the session; what was typed is lost"),

    row(Scope::Help, &[key!(esc), key!(ctrl-x), key!(enter), key!(q)], Action::Back, "close", 80, "Close"),
    row(Scope::Help, UP, Action::Up, "", 0, "Scroll up"),
    row(Scope::Help, DOWN, Action::Down, "scroll", 50, "Scroll down"),
    row(Scope::Help, &[key!(pagedown), key!(space)], Action::PageDown, "", 0, "A page down"),
    row(Scope::Help, &[key!(pageup)], Action::PageUp, "", 0, "A page up"),
    row(Scope::Help, HOME, Action::First, "", 0, "To the top"),
    row(Scope::Help, END, Action::Last, "", 0, "To the end"),
];

/// Editing keys that the text fields handle themselves; here for help and documentation only.
pub const TEXT_KEYS: &[(&str, &str)] = &[
    ("Left, Right", "Move by a character"),
    (
        "Home, End",
        "Start or end of the field (also Ctrl-E for the end); in a list, first or last row",
    ),
    ("Backspace, Delete", "Remove a character"),
    (
        "Ctrl-W",
        "Remove the word before the cursor (a password field: everything)",
    ),
    ("Ctrl-U", "Empty the field"),
];
