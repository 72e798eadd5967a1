//! The users of whom every criterion holds, as sets of rows: exact and up to date.

use std::{collections::HashMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use super::field_rows::FieldRows;
use crate::{
    directory::{
        Criterion, Property, Standing, in_a_week, is_of_station,
        local::{
            index::{
                Row,
                bits::Bits,
                block_of,
                facets::{self, Facet, TIME_BITS, Time, kept},
                gram::Gram,
                place_of,
                postings::{Growing, Places},
                row_at,
            },
            stored_role,
            write::{number_of_kind, number_of_role},
        },
    },
    kind::AccountKind,
    permission::{Reach, Role, SiteRole, comparable_station},
    store::{Cancellation, StoreError},
};

/// Of which moment the criteria are asked, and after how many days without use an account of each
/// kind ends.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct When {
    pub(in super::super) now: Timestamp,
    pub(in super::super) inactive_days: [Option<u32>; 4],
}

/// The users who were chosen.
#[derive(Debug)]
pub(super) struct Chosen {
    blocks: Vec<Bits>,
    counts: Vec<u64>,
}

impl Chosen {
    /// Everybody within `reach`, in blocks up to `last`, of whom all `criteria` hold.
    pub(super) fn of(
        connection: &Connection,
        (criteria, reach): (&[Criterion], &Reach),
        when: When,
        last: i64,
        cancel: &Cancellation,
    ) -> Result<Self, StoreError> {
        let mut stored = Stored {
            rows: connection.prepare_cached("SELECT rows FROM grams WHERE key = ?1")?,
            block: 0,
        };
        let fields = FieldRows::of(connection, criteria, last, cancel)?;
        let stations = Stations::of(connection, criteria, reach)?;
        let asked = Asked {
            criteria,
            reach,
            roles: roles_asked_for(connection, criteria)?,
            when,
            stations: &stations,
            fields: &fields,
        };
        let mut waiting = facets::waiting(connection)?.into_iter().peekable();
        let mut blocks = Vec::new();
        for block in 0..=last {
            cancel.check()?;
            stored.block = block;
            let mut bits = asked.all_of(&mut stored)?;
            let mut changed = Vec::new();
            while let Some(row) = waiting.next_if(|row| block_of(*row) <= block) {
                bits.remove(place_of(row));
                changed.push(row);
            }
            if !changed.is_empty() {
                let mut sets = Changed::of(connection, &changed)?;
                for at in asked.all_of(&mut sets)?.iter() {
                    if let Some(row) = changed.get(usize::from(at)) {
                        bits.insert(place_of(*row));
                    }
                }
            }
            blocks.push(bits);
        }
        let counts = blocks.iter().map(Bits::count).collect();
        Ok(Self { blocks, counts })
    }

    pub(super) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    pub(super) fn contains(&self, row: Row) -> bool {
        usize::try_from(block_of(row))
            .ok()
            .and_then(|block| self.blocks.get(block))
            .is_some_and(|bits| bits.contains(place_of(row)))
    }

    /// Those of one block, ready to be intersected with sets.
    pub(super) fn places(&self, block: i64, few: u64) -> Places {
        usize::try_from(block)
            .ok()
            .and_then(|block| self.blocks.get(block))
            .map_or_else(|| Places::List(Vec::new()), |bits| bits.places(few))
    }

    /// A page in the order of rows.
    pub(super) fn page(&self, offset: usize, limit: usize) -> Vec<Row> {
        let mut passed = offset as u64;
        let mut rows = Vec::new();
        for ((block, bits), count) in (0..).zip(&self.blocks).zip(&self.counts) {
            if rows.len() >= limit {
                break;
            }
            if passed >= *count {
                passed -= count;
                continue;
            }
            let skipped = usize::try_from(std::mem::take(&mut passed)).unwrap_or(usize::MAX);
            let places = bits.iter().skip(skipped).take(limit - rows.len());
            rows.extend(places.map(|place| row_at(block, place)));
        }
        rows
    }
}

/// Sets of facets within one block.
trait Sets {
    fn set(&mut self, facet: Facet) -> Result<Option<Bits>, StoreError>;

    /// Who has what the criterion of this place asks of a field of the site's own.
    fn of_field(&self, fields: &FieldRows, criterion: usize) -> Bits;
}

/// As they are stored.
struct Stored<'c> {
    rows: CachedStatement<'c>,
    block: i64,
}

impl Sets for Stored<'_> {
    fn set(&mut self, facet: Facet) -> Result<Option<Bits>, StoreError> {
        let key = facet.gram().key(self.block);
        let bits = self.rows.query_row([key], |row| {
            Ok(Bits::of(&Places::unpack(row.get_ref(0)?.as_blob()?)))
        });
        Ok(bits.optional()?)
    }

    fn of_field(&self, fields: &FieldRows, criterion: usize) -> Bits {
        fields.block(criterion, self.block)
    }
}

/// Of users whose facets wait to be folded in, each at the place of its number here.
struct Changed<'r> {
    sets: HashMap<Gram, Growing>,
    rows: &'r [Row],
}

impl<'r> Changed<'r> {
    fn of(connection: &Connection, rows: &'r [Row]) -> Result<Self, StoreError> {
        let mut sets: HashMap<Gram, Growing> = HashMap::new();
        let mut grams = Vec::new();
        for (place, row) in (0_u16..).zip(rows) {
            facets::grams_now(connection, *row, &mut grams)?;
            for gram in &grams {
                sets.entry(*gram).or_default().push(place);
            }
        }
        Ok(Self { sets, rows })
    }
}

impl Sets for Changed<'_> {
    fn set(&mut self, facet: Facet) -> Result<Option<Bits>, StoreError> {
        let set = self.sets.get(&facet.gram());
        Ok(set.map(|set| Bits::of(&Places::unpack(&set.packed()))))
    }

    fn of_field(&self, fields: &FieldRows, criterion: usize) -> Bits {
        let mut there = Bits::none();
        for (place, row) in (0_u16..).zip(self.rows) {
            if fields
                .block(criterion, block_of(*row))
                .contains(place_of(*row))
            {
                there.insert(place);
            }
        }
        there
    }
}

/// What is asked of every block.
struct Asked<'a> {
    criteria: &'a [Criterion],
    /// Nobody else is there for the operator who asks.
    reach: &'a Reach,
    /// The roles of the site, where one is asked for by its name.
    roles: Vec<Arc<SiteRole>>,
    when: When,
    stations: &'a Stations,
    fields: &'a FieldRows,
}

impl Asked<'_> {
    fn all_of(&self, sets: &mut dyn Sets) -> Result<Bits, StoreError> {
        let Some(mut chosen) = sets.set(Facet::User)? else {
            return Ok(Bits::none());
        };
        for (nth, criterion) in self.criteria.iter().enumerate() {
            let holds = match &criterion.property {
                Property::Kind(kind) => of_kind(sets, *kind)?,
                Property::Role(role) => match self.number(role) {
                    Some(number) => with_role(sets, number)?,
                    None => None,
                },
                Property::Station(wanted) => {
                    let is_meant = |name: &str| is_of_station(name, wanted);
                    Some(self.stations.those(sets, is_meant)?)
                }
                Property::Field(_) => Some(sets.of_field(self.fields, nth)),
                Property::Is(standing) => standing_of(sets, *standing, self.when)?,
            };
            let mut holds = holds.unwrap_or_else(Bits::none);
            if is_the_absence(&criterion.property) == criterion.negated {
                holds.intersect(&chosen);
                chosen = holds;
            } else {
                chosen.subtract(&holds);
            }
        }
        if let Some(kinds) = self.reach.kinds {
            let mut reached = Bits::none();
            for kind in kinds.iter() {
                reached.unite(&of_kind(sets, kind)?.unwrap_or_else(Bits::none));
            }
            chosen.intersect(&reached);
        }
        if let Some(stations) = &self.reach.stations {
            chosen.intersect(&self.stations.within(sets, stations)?);
        }
        Ok(chosen)
    }

    /// The number of a role; `None` where the site has none of the name.
    fn number(&self, role: &Role) -> Option<u32> {
        let Role::Named(name) = role else {
            return role.number();
        };
        let named = self.roles.iter().find(|role| role.is_called(name));
        named.map(|role| role.number)
    }
}

fn roles_asked_for(
    connection: &Connection,
    criteria: &[Criterion],
) -> Result<Vec<Arc<SiteRole>>, StoreError> {
    let is_named =
        |criterion: &Criterion| matches!(&criterion.property, Property::Role(Role::Named(_)));
    if criteria.iter().any(is_named) {
        stored_role::all(connection)
    } else {
        Ok(Vec::new())
    }
}

fn of_kind(sets: &mut dyn Sets, kind: AccountKind) -> Result<Option<Bits>, StoreError> {
    let number = number_of_kind(kind);
    sets.set(Facet::Kind(i64::try_from(number).unwrap_or_default()))
}

/// The stations that are asked for.
struct Stations(Vec<(String, i64)>);

impl Stations {
    fn of(
        connection: &Connection,
        criteria: &[Criterion],
        reach: &Reach,
    ) -> Result<Self, StoreError> {
        let is_asked = criteria
            .iter()
            .any(|criterion| matches!(criterion.property, Property::Station(_)));
        if !is_asked && reach.stations.is_none() {
            return Ok(Self(Vec::new()));
        }
        let mut statement = connection.prepare_cached("SELECT name, number FROM stations")?;
        let stations = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(stations.collect::<Result<_, _>>()?))
    }

    /// Whoever is at one of the stations that are meant.
    fn those(
        &self,
        sets: &mut dyn Sets,
        is_meant: impl Fn(&str) -> bool,
    ) -> Result<Bits, StoreError> {
        let mut there = Bits::none();
        for (name, number) in &self.0 {
            if is_meant(name)
                && let Some(set) = sets.set(Facet::Station(*number))?
            {
                there.unite(&set);
            }
        }
        Ok(there)
    }

    /// Whoever is at one of these stations, compared as a reach compares them.
    fn within(&self, sets: &mut dyn Sets, stations: &[String]) -> Result<Bits, StoreError> {
        let wanted: Vec<_> = stations
            .iter()
            .map(|station| comparable_station(station))
            .filter(|station| !station.is_empty())
            .collect();
        self.those(sets, |name| wanted.contains(&comparable_station(name)))
    }
}

/// Is the set that of everybody of whom it does not hold?
const fn is_the_absence(property: &Property) -> bool {
    matches!(
        property,
        Property::Is(
            Standing::Disabled
                | Standing::NoPassword
                | Standing::NeverSignedIn
                | Standing::Operator
        )
    )
}

fn with_role(sets: &mut dyn Sets, number: u32) -> Result<Option<Bits>, StoreError> {
    sets.set(Facet::Role(number.into()))
}

fn standing_of(
    sets: &mut dyn Sets,
    standing: Standing,
    when: When,
) -> Result<Option<Bits>, StoreError> {
    match standing {
        Standing::Locked => sets.set(Facet::Locked),
        Standing::Disabled | Standing::Active => sets.set(Facet::Active),
        Standing::MustChange => sets.set(Facet::MustChange),
        Standing::Unused => sets.set(Facet::Unused),
        Standing::NoPassword => sets.set(Facet::Password),
        Standing::NeverSignedIn => sets.set(Facet::SignedIn),
        Standing::Operator => with_role(sets, number_of_role(&Role::None)),
        Standing::Expired => {
            let mut expired = not_after(sets, Time::PasswordEnd, when.now)?;
            expired.unite(&account_ended(sets, when, when.now)?);
            Ok(Some(expired))
        }
        Standing::EndsThisWeek => {
            let mut ends = account_ended(sets, when, in_a_week(when.now))?;
            if !ends.is_empty() {
                ends.subtract(&account_ended(sets, when, when.now)?);
            }
            Ok(Some(ends))
        }
    }
}

/// Whose account has ended at `at`.
fn account_ended(sets: &mut dyn Sets, when: When, at: Timestamp) -> Result<Bits, StoreError> {
    let mut ended = not_after(sets, Time::ValidUntil, at)?;
    let [first, others @ ..] = when.inactive_days;
    if others.iter().all(|days| *days == first) {
        ended.unite(&unused(sets, first, at)?);
    } else {
        for (kind, days) in AccountKind::ALL.into_iter().zip(when.inactive_days) {
            if let Some(of_kind) = of_kind(sets, kind)? {
                let mut unused = unused(sets, days, at)?;
                unused.intersect(&of_kind);
                ended.unite(&unused);
            }
        }
    }
    Ok(ended)
}

/// Whose account has not been used for so many days at `at`.
fn unused(sets: &mut dyn Sets, days: Option<u32>, at: Timestamp) -> Result<Bits, StoreError> {
    let Some(days) = days else {
        return Ok(Bits::none());
    };
    let unused = SignedDuration::from_hours(24 * i64::from(days));
    match at.checked_sub(unused) {
        Ok(since) => not_after(sets, Time::LastUse, since),
        Err(_) => Ok(Bits::none()),
    }
}

/// Who has this time, and not after `at`: bit by bit from the highest, those who are as late as `at`
/// so far, and those who are earlier.
fn not_after(sets: &mut dyn Sets, time: Time, at: Timestamp) -> Result<Bits, StoreError> {
    if at.as_millisecond() < 0 {
        return Ok(Bits::none());
    }
    let at = kept(at.as_millisecond());
    let mut earlier = Bits::none();
    let Some(mut equal) = sets.set(Facet::Has(time))? else {
        return Ok(earlier);
    };
    for bit in (0..TIME_BITS).rev() {
        if equal.is_empty() {
            break;
        }
        let set = sets.set(Facet::Bit(time, bit))?;
        match (set, at >> bit & 1 == 1) {
            (Some(mut set), true) => {
                set.intersect(&equal);
                equal.subtract(&set);
                earlier.unite(&equal);
                equal = set;
            }
            (Some(set), false) => equal.subtract(&set),
            (None, true) => {
                earlier.unite(&equal);
                equal = Bits::none();
            }
            (None, false) => {}
        }
    }
    earlier.unite(&equal);
    Ok(earlier)
}
