//! Rosters as a directory takes them: what a row says, what becomes of it, and what is told of it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64},
    },
};

use serde::Serialize;

use super::{NewUser, UserChange, user_change::AttributeChange};
use crate::{
    permission::Role,
    text,
    user::{Detail, User},
};

/// The rows of a roster, or why one is unusable.
pub type RosterRows = Box<dyn Iterator<Item = Result<RosterRow, RowFault>> + Send>;

/// A row of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// The line in which an editor shows its beginning, from 1.
    pub line: u64,
    /// The person, with what is usual where the row says nothing.
    pub user: NewUser,
    /// What the row says.
    pub said: Said,
}

impl RosterRow {
    /// A row that says everything.
    pub const fn whole(line: u64, user: NewUser) -> Self {
        Self {
            line,
            user,
            said: Said {
                email: true,
                names: true,
                kind: true,
                role: true,
                active: true,
                details: [true; Detail::ALL.len()],
                valid_from: true,
                valid_until: true,
            },
        }
    }
}

/// Which attributes a row of a roster says: the others are left as they are.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column that may be absent or empty"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The address.
    pub email: bool,
    /// Given or family name.
    pub names: bool,
    /// The kind of the account.
    pub kind: bool,
    /// The role.
    pub role: bool,
    /// Whether the account is active.
    pub active: bool,
    /// Each of [`Detail::ALL`].
    pub details: [bool; Detail::ALL.len()],
    /// From when on the account is valid.
    pub valid_from: bool,
    /// Until when the account is valid.
    pub valid_until: bool,
}

/// Why a row cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line in which an editor shows its beginning, from 1.
    pub line: u64,
    /// A sentence.
    pub why: String,
    /// There is no telling what stands behind it: the file cannot be taken, whatever is passed over.
    pub ends_the_file: bool,
}

impl RowFault {
    /// A fault of one row.
    pub fn of_row(line: u64, why: impl Into<String>) -> Self {
        Self {
            line,
            why: why.into(),
            ends_the_file: false,
        }
    }

    /// A fault of the whole file, seen in `line`.
    pub fn of_file(line: u64, why: impl Into<String>) -> Self {
        Self {
            line,
            why: why.into(),
            ends_the_file: true,
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Shared with whoever started an import: how far it is, and the wish to stop it.
#[derive(Debug, Clone, Default)]
pub struct ImportWatch {
    /// Rows read so far.
    pub rows: Arc<AtomicU64>,
    /// Set to true: the import ends at the next row and changes nothing.
    pub stop: Arc<AtomicBool>,
}

/// By what a row and somebody who is there are known to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatchBy {
    /// The ID.
    #[default]
    Id,
    /// The address.
    Email,
}

/// What becomes of people who are there and not in the roster, when people are changed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// They are told, and stay as they are.
    #[default]
    Told,
    /// They are disabled. Nobody is removed.
    Disabled,
}

/// How a roster is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a wish of its own, and an option of the command"
)]
pub struct ImportOrder {
    /// Change people who are there already, and only by what the roster says.
    pub update: bool,
    /// Who is who.
    pub by: MatchBy,
    /// Of those who are not in it.
    pub missing: Missing,
    /// Pass over rows that cannot be taken, instead of taking none.
    pub skip_faulty: bool,
    /// Do everything but keep nothing: what is told is what an import would tell.
    pub only_plan: bool,
    /// Fictional people need no record each.
    pub one_record: bool,
}

/// May this be made of somebody who is there, or of somebody new?
pub type Judge = Box<dyn Fn(Option<&User>, &UserChange) -> Result<(), String> + Send>;

/// Is told what becomes of each row.
pub type Report = Box<dyn FnMut(RosterLine) + Send>;

/// A roster to be taken.
pub struct Import {
    /// Its rows.
    pub rows: RosterRows,
    /// How.
    pub order: ImportOrder,
    /// Who may.
    pub judge: Judge,
    /// What is told.
    pub report: Report,
    /// How far.
    pub watch: ImportWatch,
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// What becomes of a row, or of somebody whom no row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterLine {
    /// The line of the row.
    pub line: Option<u64>,
    /// ID and name; empty for a row that could not be read.
    pub who: String,
    /// What.
    pub act: RosterAct,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterAct {
    /// Somebody new.
    Added {
        /// The role that is given.
        role: Role,
        /// May sign in.
        active: bool,
    },
    /// Somebody who was there, each attribute as it was and as it is.
    Changed(Vec<AttributeChange>),
    /// Is there already in all that the row says.
    Unchanged,
    /// Is there already, with these differences, which are left as they are.
    Differs(Vec<AttributeChange>),
    /// Is there, and no row is about them: left as they are, for this reason where there is one.
    Missing(Option<String>),
    /// Is there, no row is about them, and was disabled.
    MissingDisabled,
    /// Cannot be taken.
    Refused(String),
}

impl RosterAct {
    /// Simply new, with no role and active, or unchanged.
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Added { role, active } => *role == Role::None && *active,
            Self::Unchanged => true,
            Self::Changed(_)
            | Self::Differs(_)
            | Self::Missing(_)
            | Self::MissingDisabled
            | Self::Refused(_) => false,
        }
    }

    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Added { .. } => "added",
            Self::Changed(_) => "changed",
            Self::Unchanged => "unchanged",
            Self::Differs(_) => "differs",
            Self::Missing(_) => "missing",
            Self::MissingDisabled => "disabled",
            Self::Refused(_) => "refused",
        }
    }

    /// The differences that it is about.
    pub fn changes(&self) -> &[AttributeChange] {
        match self {
            Self::Changed(changes) | Self::Differs(changes) => changes,
            Self::Added { .. }
            | Self::Unchanged
            | Self::Missing(_)
            | Self::MissingDisabled
            | Self::Refused(_) => &[],
        }
    }
}

/// What an import did, or would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Users added.
    pub added: u64,
    /// Users changed, the disabled and enabled among them.
    pub changed: u64,
    /// Users disabled, those who are not in the roster among them.
    pub disabled: u64,
    /// Users enabled.
    pub enabled: u64,
    /// Roles given, to new users and others.
    pub roles: u64,
    /// Rows passed over because the same user is there already.
    pub unchanged: u64,
    /// Rows passed over because the user is there already, in another state.
    pub differing: u64,
    /// Users who are there and not in the roster, and stay as they are.
    pub missing: u64,
    /// Rows that cannot be taken.
    pub refused: u64,
}

impl Imported {
    /// The counts in words, those that are nothing left out.
    pub fn described(&self) -> String {
        self.in_words("added")
    }

    /// The same of a plan.
    pub fn planned(&self) -> String {
        self.in_words("would be added")
    }

    fn in_words(&self, added: &str) -> String {
        let counts = [
            (self.changed, "changed"),
            (self.disabled, "disabled"),
            (self.enabled, "enabled"),
            (self.roles, "given a role"),
            (self.unchanged, "unchanged"),
            (self.differing, "different and left as they are"),
            (self.missing, "missing from the roster"),
            (self.refused, "passed over as faulty"),
        ];
        let said = counts.into_iter().filter(|(count, _)| *count > 0);
        let words: Vec<_> = said
            .map(|(count, word)| format!(", {count} {word}"))
            .collect();
        format!("{} {added}{}", text::users(self.added), words.concat())
    }

    /// Counts one more.
    pub fn count(&mut self, act: &RosterAct) {
        match act {
            RosterAct::Added { role, .. } => {
                self.added += 1;
                self.roles += u64::from(*role != Role::None);
            }
            RosterAct::Changed(changes) => {
                self.changed += 1;
                for change in changes {
                    match (change.attribute, change.new.as_str()) {
                        ("state", "disabled") => self.disabled += 1,
                        ("state", _) => self.enabled += 1,
                        ("role", _) => self.roles += 1,
                        _ => {}
                    }
                }
            }
            RosterAct::Unchanged => self.unchanged += 1,
            RosterAct::Differs(_) => self.differing += 1,
            RosterAct::Missing(_) => self.missing += 1,
            RosterAct::MissingDisabled => self.disabled += 1,
            RosterAct::Refused(_) => self.refused += 1,
        }
    }
}
