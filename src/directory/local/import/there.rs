//! People of a roster who are there already, and people who are there and in no row of it.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};

use super::taking::{Pending, Taking};
use crate::{
    audit::{Kind, Target},
    directory::{
        AttributeChange, DirectoryError, Entry, MatchBy, Missing, RosterAct, RosterRow, UserChange,
        local::{
            change::{By, Change},
            entries,
            index::Row,
            names, read,
            user_change::Work,
        },
    },
    password::profile::Profiles,
    receipt::StepOutcome,
    store::StoreError,
    user::{Detail, DetailsChange, Fact},
};

/// Makes room for the rows of those who are there.
pub(super) fn begin(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(transaction.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS roster_seen (row INTEGER PRIMARY KEY, line INTEGER NOT NULL);
         DELETE FROM roster_seen;",
    )?)
}

pub(super) fn end(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    Ok(transaction.execute_batch("DROP TABLE roster_seen;")?)
}

impl Taking<'_> {
    /// A row about somebody who is there.
    pub(super) fn is_there(
        &mut self,
        owner: Row,
        row: &RosterRow,
        named: String,
    ) -> Result<(), DirectoryError> {
        let line = row.line;
        if let Some(before) = self.seen(owner, line)? {
            let why = format!("ID {} stands in line {before} already", row.user.login);
            self.refuse(line, named, why);
            return Ok(());
        }
        let old = entries::one(self.transaction, owner)?;
        if let Some(beyond) = self.beyond_reach(&old.user) {
            self.refuse(line, named, beyond);
            return Ok(());
        }
        // IDs and addresses share their names: what is the ID here may be an address there.
        let (new, user) = (&row.user, &old.user);
        let (what, name, is_same) = match self.import.order.by {
            MatchBy::Id => ("ID", &new.login, same(&new.login, &user.login)),
            MatchBy::Email => ("email", &new.email, same(&new.email, &user.email)),
        };
        if !is_same {
            let why = format!("{what} {name} is taken by {} ({})", user.name(), user.login);
            self.refuse(line, named, why);
            return Ok(());
        }
        let wanted = wanted(&old, row);
        if let Some(kind) = old.user.kind.known() {
            self.note_kind_of(*kind);
        }
        let differences = differences(&old, &wanted);
        if differences.is_empty() {
            self.tell(Some(line), named, RosterAct::Unchanged);
            return Ok(());
        }
        if !self.import.order.update {
            self.stays(line, named, &old, row, differences);
            return Ok(());
        }
        if let Err(refusal) = (self.import.judge)(Some(&old.user), &wanted) {
            self.refuse(line, named, refusal);
            return Ok(());
        }
        self.pending.push(Pending {
            row: owner,
            line,
            wanted,
        });
        Ok(())
    }

    /// The line in which somebody stood already, else notes this one.
    fn seen(&self, row: Row, line: u64) -> Result<Option<u64>, StoreError> {
        let before: Option<u64> = self
            .transaction
            .prepare_cached("SELECT line FROM roster_seen WHERE row = ?1")?
            .query_row([row], |row| row.get(0))
            .optional()?;
        if before.is_none() {
            self.transaction
                .prepare_cached("INSERT INTO roster_seen (row, line) VALUES (?1, ?2)")?
                .execute(params![row, line])?;
        }
        Ok(before)
    }

    /// Nobody is changed by an import that only adds: the same person is passed over, and another
    /// one cannot have the ID.
    fn stays(
        &mut self,
        line: u64,
        named: String,
        old: &Entry,
        row: &RosterRow,
        differences: Vec<AttributeChange>,
    ) {
        let (new, user, said) = (&row.user, &old.user, row.said);
        let is_same = same(&new.login, &user.login)
            && (!said.email || same(&new.email, &user.email))
            && (!said.names
                || (new.given_name == user.given_name && new.family_name == user.family_name));
        if is_same {
            self.tell(Some(line), named, RosterAct::Differs(differences));
        } else {
            let why = format!(
                "ID {} is taken by {} ({}); to change people who are there, give --update",
                new.login,
                user.name(),
                user.login
            );
            self.refuse(line, named, why);
        }
    }

    /// Makes the changes that have waited.
    pub(super) fn change_who_is_there(
        &mut self,
        profiles: &Profiles,
    ) -> Result<(), DirectoryError> {
        for pending in std::mem::take(&mut self.pending) {
            let old = entries::one(self.transaction, pending.row)?;
            let named = format!("{} {}", old.user.login, old.user.name());
            let differences = differences(&old, &pending.wanted);
            let line = pending.line;
            let whence = format!("roster, line {line}");
            let refusal =
                self.change_one(&old, &pending.wanted, &differences, &whence, profiles)?;
            match refusal {
                None => self.tell(Some(line), named, RosterAct::Changed(differences)),
                Some(refusal) => self.refuse(line, named, refusal),
            }
        }
        Ok(())
    }

    /// Changes somebody; a sentence where that cannot be.
    fn change_one(
        &self,
        old: &Entry,
        wanted: &UserChange,
        differences: &[AttributeChange],
        whence: &str,
        profiles: &Profiles,
    ) -> Result<Option<String>, DirectoryError> {
        let row = read::row_of(&old.user.id)?;
        let change = Change {
            row,
            expected: None,
            by: By::Operator(self.operator.clone()),
            what: "changed by a roster",
            at: self.at,
        };
        self.transaction.execute_batch("SAVEPOINT one_of_roster")?;
        let applied = Work::without_password(change, old, wanted)
            .and_then(|work| work.apply(self.transaction, profiles));
        let refusal = match applied {
            Ok(_) => None,
            Err(
                error @ (DirectoryError::OperatorChanged(_) | DirectoryError::Unavailable { .. }),
            ) => {
                return Err(error);
            }
            Err(error) => Some(error.to_string()),
        };
        if refusal.is_some() {
            self.transaction
                .execute_batch("ROLLBACK TO one_of_roster")?;
        }
        self.transaction.execute_batch("RELEASE one_of_roster")?;
        if refusal.is_none() && self.keeps_records() {
            let told: Vec<_> = differences.iter().map(told).collect();
            let detail = format!("{whence}: {}", told.join(", "));
            let kind = if wanted.is_role_only() {
                Kind::RoleAssigned
            } else {
                Kind::UserChanged
            };
            let step = wanted.step();
            self.record(
                kind,
                Target::from(&old.user),
                detail,
                (step, StepOutcome::Done),
                wanted.changes_contact(),
            )?;
        }
        Ok(refusal)
    }

    /// Active people of the kinds in the roster whom no row is about.
    pub(super) fn look_for_missing(&mut self, profiles: &Profiles) -> Result<(), DirectoryError> {
        let disabling = self.import.order.missing == Missing::Disabled;
        let kinds: Vec<_> = (0..).zip(self.kinds).filter(|(_, seen)| *seen).collect();
        for (kind, _) in kinds {
            let mut after: Row = 0;
            // One after the other: a row that is being changed is not read at the same time.
            while let Some(row) = self.next_missing(kind, after)? {
                after = row;
                let old = entries::one(self.transaction, row)?;
                // Of people whom the operator cannot see nothing is told.
                if self.beyond_reach(&old.user).is_some() {
                    continue;
                }
                let named = format!("{} {}", old.user.login, old.user.name());
                if !disabling {
                    self.tell(None, named, RosterAct::Missing(None));
                    continue;
                }
                let wanted = UserChange {
                    active: Some(false),
                    ..UserChange::default()
                };
                let stays = if let Err(refusal) = (self.import.judge)(Some(&old.user), &wanted) {
                    Some(refusal)
                } else {
                    let differences = differences(&old, &wanted);
                    let whence = "not in the roster";
                    self.change_one(&old, &wanted, &differences, whence, profiles)?
                };
                let act = match stays {
                    Some(why) => RosterAct::Missing(Some(why)),
                    None => RosterAct::MissingDisabled,
                };
                self.tell(None, named, act);
            }
        }
        Ok(())
    }

    fn next_missing(&self, kind: i64, after: Row) -> Result<Option<Row>, StoreError> {
        Ok(self
            .transaction
            .prepare_cached(
                "SELECT row FROM users WHERE row > ?1 AND row < ?2 AND active AND kind = ?3
                     AND row NOT IN (SELECT row FROM roster_seen) ORDER BY row LIMIT 1",
            )?
            .query_row(params![after, self.first, kind], |row| row.get(0))
            .optional()?)
    }
}

/// Are two IDs or two addresses the same?
fn same(new: &str, old: &str) -> bool {
    names::sign_in_name(new) == names::sign_in_name(old)
}

/// What the row wants of somebody who is there: only what it says, and only where it differs.
fn wanted(old: &Entry, row: &RosterRow) -> UserChange {
    let (new, user, said) = (&row.user, &old.user, row.said);
    let text = |says: bool, new: &str, old: &str| (says && new != old).then(|| new.to_owned());
    let bound = |says: bool, new: Option<Timestamp>, old: &Fact<Option<Timestamp>>| {
        (says && old.known() != Some(&new)).then_some(new)
    };
    let details = user.details.known().cloned().unwrap_or_default();
    let mut wanted_details = DetailsChange::default();
    for (one, said) in Detail::ALL.into_iter().zip(said.details) {
        *wanted_details.of_mut(one) = said.then(|| new.details.of(one).to_owned());
    }
    UserChange {
        login: text(true, &new.login, &user.login)
            .filter(|login| names::sign_in_name(login) != names::sign_in_name(&user.login)),
        email: text(said.email, &new.email, &user.email),
        given_name: text(said.names, &new.given_name, &user.given_name),
        family_name: text(said.names, &new.family_name, &user.family_name),
        kind: (said.kind && user.kind != Fact::Known(new.kind)).then_some(new.kind),
        active: (said.active && user.state.active != Fact::Known(new.active)).then_some(new.active),
        details: DetailsChange::between(&details, &wanted_details),
        valid_from: bound(said.valid_from, new.valid_from, &user.state.valid_from),
        valid_until: bound(
            said.valid_until,
            new.valid_until,
            &user.state.account_expires,
        ),
        role: (said.role && old.role != new.role).then(|| new.role.clone()),
        ..UserChange::default()
    }
}

/// Each attribute as it is and as it is to be.
fn differences(old: &Entry, wanted: &UserChange) -> Vec<AttributeChange> {
    let role = wanted.role.as_ref().map(|role| AttributeChange {
        attribute: "role",
        old: old.role.word().to_owned(),
        new: role.word().to_owned(),
    });
    let mut differences = wanted.differences(&old.user);
    differences.extend(role);
    differences
}

/// What the audit says of it: values stay out of it but for role and state.
fn told(change: &AttributeChange) -> String {
    match change.attribute {
        "role" | "state" | "valid_from" | "valid_until" => {
            format!("{} {}", change.attribute, change.new)
        }
        other => other.to_owned(),
    }
}
