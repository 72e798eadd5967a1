//! Acts × permissions × ways in: the console's desk, the API with an operator's token and with a
//! machine's, and the commands. One table says what each act wants; each way in must let it through
//! with that and refuse it without, also where the rights were taken away after the user was read.

mod act;
mod at_the_api;
mod at_the_desk;
mod by_command;

use halligan::permission::{Permissions, Role};

pub const PASSWORD: &str = "velvet anchor tulip 39";
pub const OTHER: &str = "copper kettle marmot 91";

/// What somebody who tried an act was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    /// The permission is missing.
    Lacks,
    /// The operator is no longer who signed in.
    Changed,
}

/// What the table says of an act with these permissions.
fn expected(act: act::Act, held: Permissions) -> Told {
    if act.wants().beyond(held).is_empty() {
        Told::Done
    } else {
        Told::Lacks
    }
}

fn login(act: act::Act, nth: usize) -> String {
    format!("{act:?}{nth}")
}

/// Who at the doors may do what: everybody but whoever may do nothing.
const ROLES: [Role; 4] = [
    Role::Viewer,
    Role::HelpDesk,
    Role::Auditor,
    Role::Administrator,
];
