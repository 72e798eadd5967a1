//! Taking a roster, all of it or none.
//!
//! One transaction: other consoles go on reading the state before it, and see everything at once
//! when it commits. A plan is the same transaction, given back. Nothing is kept in memory but the
//! index sets of one block of 65,536 rows, and what is to be changed of people who are there.

mod lines;
mod taking;
mod there;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
};

use jiff::Timestamp;
use rusqlite::Transaction;

use super::{
    LocalDirectory, change, fields,
    filling::{self, Filling},
    index::{
        bulk::Builder,
        change::{merge, note_folded_names},
        facets::merge::merge_many,
        key::Key,
    },
    names,
    operator_now::refuse_if_operator_changed,
    site_roles, write,
};
use crate::{
    audit::{Event, Intent, Kind, Outcome, Target, chain},
    directory::{
        DirectoryError, Import, Imported, MatchBy, NewUser, RosterAct, RosterRow, RosterRows,
        UserChange,
    },
    operator::Operator,
    password::profile::Profiles,
    receipt::{Step, StepOutcome},
    user::{DetailsChange, UserId},
};
use lines::Lines;
use taking::Taking;

/// Page cache while importing, in KiB: the names are looked up in no order at all.
const CACHE_KIB: i64 = 64_000;

impl LocalDirectory {
    pub(super) async fn import(
        &self,
        operator: &Operator,
        import: Import,
        intent: &Intent,
    ) -> Result<Imported, DirectoryError> {
        let (at, intent) = (self.now(), intent.clone());
        let (operator, profiles) = (operator.clone(), Arc::clone(&self.profiles));
        let planned = Arc::new(Mutex::new(None));
        let found = Arc::clone(&planned);
        let imported = self
            .store
            .write(move |transaction| {
                refuse_if_operator_changed(transaction, &operator, at)?;
                let cache: i64 =
                    transaction.query_row("PRAGMA cache_size", [], |row| row.get(0))?;
                transaction.pragma_update(None, "cache_size", -CACHE_KIB)?;
                let only_plan = import.order.only_plan;
                let (rows, taking) = Taking::begin(transaction, import, &operator, &intent, at)?;
                let imported = taking.all(rows, &profiles);
                transaction.pragma_update(None, "cache_size", cache)?;
                let imported = imported?;
                if only_plan {
                    *found.lock().unwrap_or_else(PoisonError::into_inner) = Some(imported);
                    return Err(DirectoryError::invalid("only planned"));
                }
                merge_many(transaction)?;
                let event = Event {
                    outcome: Outcome::Done,
                    intent: Some(intent.sequence),
                    steps: vec![(Step::Created, StepOutcome::Done)],
                    detail: Some(imported.described()),
                    ..intent.event
                };
                chain::append(transaction, &event, at)?;
                Ok(imported)
            })
            .await;
        let planned = *planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.map_or(imported, Ok)
    }
}

impl<'a> Taking<'a> {
    fn begin(
        transaction: &'a Transaction<'a>,
        mut import: Import,
        operator: &'a Operator,
        intent: &'a Intent,
        at: Timestamp,
    ) -> Result<(RosterRows, Self), DirectoryError> {
        // The sets take new rows at the end only, so no earlier change may still be waiting.
        merge(transaction)?;
        there::begin(transaction)?;
        let first = write::next_row(transaction)?;
        let rows = std::mem::replace(&mut import.rows, Box::new(std::iter::empty()));
        let taking = Self {
            transaction,
            import,
            operator,
            intent,
            at,
            by: change::signature(operator),
            first,
            next: first,
            lines: Lines::default(),
            counts: Imported::default(),
            faults: Vec::new(),
            kinds: [false; 4],
            pending: Vec::new(),
            filling: Filling::by(transaction, operator)?,
        };
        Ok((rows, taking))
    }

    fn all(mut self, rows: RosterRows, profiles: &Profiles) -> Result<Imported, DirectoryError> {
        let mut builder = Builder::new(self.first);
        for item in rows {
            if self.import.watch.stop.load(Ordering::Relaxed) {
                return Err(DirectoryError::Cancelled);
            }
            self.import.watch.rows.fetch_add(1, Ordering::Relaxed);
            match item {
                Ok(row) => self.row(&row, &mut builder)?,
                Err(fault) => {
                    if fault.ends_the_file {
                        return Err(DirectoryError::invalid(fault.to_string()));
                    }
                    self.refuse(fault.line, String::new(), fault.why);
                }
            }
        }
        builder.finish(self.transaction)?;
        let added = u64::try_from(self.next - self.first).unwrap_or_default();
        write::count_added(self.transaction, added)?;
        self.change_who_is_there(profiles)?;
        if self.import.order.update {
            self.look_for_missing(profiles)?;
        }
        there::end(self.transaction)?;
        if self.counts.refused > 0 && !self.import.order.skip_faulty {
            let untold = self.counts.refused - self.faults.len() as u64;
            if untold > 0 {
                self.faults.push(format!("and {untold} more"));
            }
            return Err(DirectoryError::invalid(self.faults.join("\n")));
        }
        Ok(self.counts)
    }

    fn row(&mut self, row: &RosterRow, builder: &mut Builder) -> Result<(), DirectoryError> {
        let line = row.line;
        let named = who(&row.user);
        let (new, unfit) = match fields::checked(&row.user) {
            Ok(new) => (new, None),
            // Who is there already need not be named again.
            Err(error) if self.import.order.update && !row.said.names => {
                (row.user.clone(), Some(error.to_string()))
            }
            Err(error) => {
                self.refuse(line, named, error.to_string());
                return Ok(());
            }
        };
        let key = match self.import.order.by {
            MatchBy::Id => &new.login,
            MatchBy::Email => &new.email,
        };
        let owner = names::row_of_sign_in_name(self.transaction, &names::sign_in_name(key))?;
        match owner.filter(|_| !key.trim().is_empty()) {
            Some(owner) if owner < self.first => {
                let row = RosterRow {
                    user: new,
                    ..row.clone()
                };
                self.is_there(owner, &row, named)
            }
            Some(_) | None => match unfit {
                Some(why) => {
                    self.refuse(line, named, why);
                    Ok(())
                }
                None => self.add(line, &new, named, builder),
            },
        }
    }

    fn add(
        &mut self,
        line: u64,
        new: &NewUser,
        named: String,
        builder: &mut Builder,
    ) -> Result<(), DirectoryError> {
        let transaction = self.transaction;
        let wanted = UserChange {
            role: Some(new.role.clone()),
            kind: Some(new.kind),
            details: new.details.clone().into(),
            ..UserChange::default()
        };
        if let Err(refusal) = (self.import.judge)(None, &wanted) {
            self.refuse(line, named, refusal);
            return Ok(());
        }
        let mut values = BTreeMap::new();
        let wanted = DetailsChange::from(new.details.clone()).fields;
        let filled = match self.filling.judged(&mut values, &wanted) {
            Ok(filled) => filled,
            Err(refusal) => {
                let refusal = refusal.to_string();
                self.refuse(line, named, refusal);
                return Ok(());
            }
        };
        if let Some(field) = self.filling.left_empty(&values) {
            let why = format!(
                "the field {} has to be filled, which a roster cannot: add this person with `halligan \
                 user add --field {}=…`",
                field.title, field.name
            );
            self.refuse(line, named, why);
            return Ok(());
        }
        if let Some(taken) = names::claim_names(transaction, self.next, new)? {
            // One of the two names may have been claimed.
            transaction
                .prepare_cached("DELETE FROM sign_in_names WHERE row = ?1")?
                .execute([self.next])?;
            let whose = if taken.owner < self.first {
                taken.error(transaction, &self.operator.reach)?.to_string()
            } else {
                let other = self.lines.of(taken.owner);
                taken.in_line(other)
            };
            self.refuse(line, named, whose);
            return Ok(());
        }
        site_roles::refuse_unless_as_judged(transaction, &new.role)?;
        write::insert(transaction, self.next, new, &self.by, self.at)?;
        filling::write(transaction, self.next, &filled)?;
        note_folded_names(transaction, self.next, new)?;
        builder.push(transaction, self.next, &Key::of(new))?;
        self.lines.note(self.next, line);
        self.note_kind_of(new.kind);
        let act = RosterAct::Added {
            role: new.role.clone(),
            active: new.active,
        };
        if self.keeps_records() {
            let target = Target {
                id: UserId(self.next.to_string()),
                login: new.login.clone(),
                name: new.name(),
                version: None,
            };
            let detail = format!(
                "roster, line {line}: {}, role {}",
                new.kind.word(),
                new.role
            );
            self.record(
                Kind::UserCreated,
                target,
                detail,
                (Step::Created, StepOutcome::Done),
                false,
            )?;
        }
        self.next += 1;
        self.tell(Some(line), named, act);
        Ok(())
    }
}

/// ID and name, as the report names somebody.
fn who(user: &NewUser) -> String {
    format!("{} {}", user.login, user.name()).trim().to_owned()
}
