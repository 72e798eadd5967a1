//! Criteria and orders against a plain loop over everybody, whatever was written before.

use jiff::SignedDuration;

use super::*;
use crate::{
    directory::{
        Criterion, Order, Property, Provisioned, Standing,
        local::{
            index::facets,
            lockout, sign_in,
            stored_password::{self, NewPassword, stored_hash},
        },
    },
    password::{
        hash::PasswordHash,
        profile::{Profile, Profiles},
    },
    permission::{Kinds, Role},
    user::{AccountKind, Details, User},
};

const STATIONS: [&str; 5] = ["", "Station 1", "station 12", "Station 112", "Büro 1"];

#[derive(Debug, Clone)]
enum Act {
    Add { far: bool, traits: Traits },
    Update(Index, Traits),
    Password { who: Index, must_change: bool },
    TakeAway(Index),
    SignIn(Index),
    Fail(Index),
    Unlock(Index),
    Remove(Index),
    Pass(i64),
    Merge,
    Rebuild,
}

#[derive(Debug, Clone)]
struct Traits {
    kind: AccountKind,
    role: Role,
    active: bool,
    station: &'static str,
    /// Hours from the beginning.
    valid_until: Option<i64>,
}

fn traits() -> impl Strategy<Value = Traits> {
    (
        proptest::sample::select(AccountKind::ALL.to_vec()),
        proptest::sample::select(Role::BUILT_IN.to_vec()),
        any::<bool>(),
        proptest::sample::select(STATIONS.to_vec()),
        proptest::option::of(-50..400_i64),
    )
        .prop_map(|(kind, role, active, station, valid_until)| Traits {
            kind,
            role,
            active,
            station,
            valid_until,
        })
}

fn act() -> impl Strategy<Value = Act> {
    let who = any::<Index>;
    prop_oneof![
        5 => (proptest::bool::weighted(0.1), traits())
            .prop_map(|(far, traits)| Act::Add { far, traits }),
        2 => (who(), traits()).prop_map(|(who, traits)| Act::Update(who, traits)),
        4 => (who(), any::<bool>())
            .prop_map(|(who, must_change)| Act::Password { who, must_change }),
        1 => who().prop_map(Act::TakeAway),
        3 => who().prop_map(Act::SignIn),
        3 => who().prop_map(Act::Fail),
        1 => who().prop_map(Act::Unlock),
        1 => who().prop_map(Act::Remove),
        3 => (0..200_i64).prop_map(Act::Pass),
        2 => Just(Act::Merge),
        1 => Just(Act::Rebuild),
    ]
}

fn criterion() -> impl Strategy<Value = Criterion> {
    let property = prop_oneof![
        4 => proptest::sample::select(Standing::ALL.to_vec()).prop_map(Property::Is),
        1 => proptest::sample::select(AccountKind::ALL.to_vec()).prop_map(Property::Kind),
        1 => proptest::sample::select(Role::BUILT_IN.to_vec()).prop_map(Property::Role),
        1 => proptest::sample::select(vec!["1", "STATION 12", "buro", "9"])
            .prop_map(|station| Property::Station(station.into())),
    ];
    (any::<bool>(), property).prop_map(|(negated, property)| Criterion { negated, property })
}

fn profiles() -> Profiles {
    let general = Profile {
        lockout_attempts: 2,
        disable_inactive_days: Some(5),
        max_age_days: Some(9),
        ..Profile::nist()
    };
    let residents = Profile {
        disable_inactive_days: Some(2),
        ..general.clone()
    };
    let units = Profile {
        disable_inactive_days: None,
        ..general.clone()
    };
    Profiles::from(general)
        .with(AccountKind::Residential, residents)
        .with(AccountKind::Unit, units)
}

/// Of every account, more often than not.
fn reach() -> impl Strategy<Value = Reach> {
    let kinds = proptest::option::weighted(0.3, (0_u8..16).prop_map(Kinds::from_bits));
    let station = proptest::sample::select(vec!["station 1", " STATION 12", "büro 1", "9", ""]);
    let stations = proptest::collection::vec(station.prop_map(str::to_owned), 0..3);
    (kinds, proptest::option::weighted(0.3, stations))
        .prop_map(|(kinds, stations)| Reach { kinds, stations })
}

fn start() -> Timestamp {
    Timestamp::from_millisecond(1_790_000_000_123).unwrap()
}

struct World<'t> {
    transaction: &'t Transaction<'t>,
    profiles: Profiles,
    rows: Vec<Row>,
    next: Row,
    now: Timestamp,
}

impl World<'_> {
    fn new_user(row: Row, traits: &Traits) -> NewUser {
        let hours = |hours: i64| start() + SignedDuration::from_hours(hours);
        NewUser {
            login: format!("e{row}"),
            given_name: ["Ann", "Abby"][usize::try_from(row % 2).unwrap()].into(),
            family_name: format!("Oak{}", row % 3),
            kind: traits.kind,
            role: traits.role.clone(),
            active: traits.active,
            details: Details {
                station: traits.station.into(),
                ..Details::default()
            },
            valid_until: traits.valid_until.map(hours),
            ..NewUser::default()
        }
    }

    fn who(&self, who: Index) -> Option<Row> {
        (!self.rows.is_empty()).then(|| self.rows[who.index(self.rows.len())])
    }

    fn take(&mut self, act: Act) {
        let transaction = self.transaction;
        let put = |row, must_change, now| {
            let new = NewPassword {
                hash: PasswordHash("not looked at".into()),
                instead_of: stored_hash(transaction, row).unwrap(),
                must_change,
                damaged_former: 0,
            };
            assert!(stored_password::put(transaction, &self.profiles, row, &new, now).unwrap());
        };
        match act {
            Act::Add { far, traits } => {
                let row = self.next + if far { 70_000 } else { 0 };
                let new = Self::new_user(row, &traits);
                write::insert(transaction, row, &new, "test", self.now).unwrap();
                assert!(
                    names::claim_names(transaction, row, &new)
                        .unwrap()
                        .is_none()
                );
                change::replace(transaction, row, None, Some(&Key::of(&new))).unwrap();
                self.rows.push(row);
                self.next = row + 1;
            }
            Act::Update(who, traits) => {
                if let Some(row) = self.who(who) {
                    let new = Self::new_user(row, &traits);
                    write::update(transaction, row, &new, &Provisioned::default()).unwrap();
                }
            }
            Act::Password { who, must_change } => {
                if let Some(row) = self.who(who) {
                    put(row, must_change, self.now);
                }
            }
            Act::TakeAway(who) => {
                if let Some(row) = self.who(who) {
                    let sql = "DELETE FROM passwords WHERE row = ?1";
                    transaction.execute(sql, [row]).unwrap();
                }
            }
            Act::SignIn(who) => {
                if let Some(row) = self.who(who) {
                    sign_in::accept(transaction, row, self.now).unwrap();
                }
            }
            Act::Fail(who) => {
                if let Some(row) = self.who(who) {
                    lockout::count_failure(transaction, &self.profiles, row, "", self.now).unwrap();
                }
            }
            Act::Unlock(who) => {
                if let Some(row) = self.who(who) {
                    lockout::unlock(transaction, row).unwrap();
                }
            }
            Act::Remove(who) => {
                if let Some(row) = self.who(who) {
                    let user = read::user(transaction, row).unwrap();
                    let key = Key::new(&user.login, "", &user.given_name, &user.family_name);
                    change::replace(transaction, row, Some(&key), None).unwrap();
                    for table in [
                        "passwords",
                        "former_passwords",
                        "sign_ins",
                        "failures",
                        "sign_in_names",
                        "users",
                    ] {
                        let sql = format!("DELETE FROM {table} WHERE row = ?1");
                        transaction.execute(&sql, [row]).unwrap();
                    }
                    self.rows.retain(|other| *other != row);
                }
            }
            Act::Pass(hours) => self.now += SignedDuration::from_hours(hours),
            Act::Merge => facets::merge::merge(transaction).unwrap(),
            Act::Rebuild => facets::merge::rebuild(transaction).unwrap(),
        }
    }
}

fn everybody(world: &World<'_>) -> Vec<User> {
    let mut rows = world.rows.clone();
    rows.sort_unstable();
    let mut users = read::users(world.transaction, &rows).unwrap();
    for user in &mut users {
        state::end_inactive(&world.profiles, user);
    }
    users
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn criteria_find_whom_a_plain_loop_over_everybody_finds_after_any_changes(
        acts in proptest::collection::vec(act(), 0..60),
        asked in proptest::collection::vec(
            (proptest::collection::vec(criterion(), 0..4), 0_usize..4, reach()), 12),
    ) {
        let mut connection = empty_store();
        let transaction = connection.transaction().unwrap();
        let mut world = World {
            transaction: &transaction,
            profiles: profiles(),
            rows: Vec::new(),
            next: 1,
            now: start(),
        };
        for act in acts {
            world.take(act);
        }
        let count = i64::try_from(world.rows.len()).unwrap();
        transaction
            .execute("UPDATE counters SET value = ?1 WHERE name = 'users'", [count])
            .unwrap();
        let proved = check::prove(&transaction, &mut |_| ()).unwrap();
        prop_assert_eq!(&proved.faults, &Vec::<String>::new());
        let inactive_days =
            AccountKind::ALL.map(|kind| world.profiles.of(Some(kind)).disable_inactive_days);
        let when = When { now: world.now, inactive_days };
        let all = everybody(&world);
        let cancel = Cancellation::default();
        for (criteria, text, reach) in asked {
            let text = ["", "a", "oak1", "abby o"][text];
            let ask_within = |reach: &Reach, criteria: &[Criterion], order, offset, limit| {
                let criteria = criteria.to_vec();
                let query = Query { text: text.into(), criteria, order, limit, offset };
                search(&transaction, &query, when, reach, &cancel).unwrap()
            };
            let ask = |criteria: &[Criterion], order, offset, limit| {
                ask_within(&reach, criteria, order, offset, limit)
            };
            let holds = |user: &User| {
                user.is_reached_by(&reach)
                    && criteria.iter().all(|one| one.holds(user, world.now) == Some(true))
            };
            let matching = rows_of(&ask_within(&Reach::EVERYWHERE, &[], Order::Best, 0, 200));
            let expected: Vec<User> = matching
                .iter()
                .filter_map(|row| all.iter().find(|user| user.id.0 == row.to_string()))
                .filter(|user| holds(user))
                .cloned()
                .collect();
            for order in Order::ALL {
                let mut expected = expected.clone();
                let told = order.sort(&mut expected);
                let expected: Vec<_> =
                    expected.iter().map(|user| read::row_of(&user.id).unwrap()).collect();
                let found = ask(&criteria, order, 0, 200);
                prop_assert_eq!(found.total, Total::Exact(expected.len() as u64));
                let reached = all.iter().filter(|user| user.is_reached_by(&reach)).count();
                prop_assert_eq!(found.population, Some(reached as u64));
                if told {
                    prop_assert_eq!(rows_of(&found), &expected[..], "{:?} {}", criteria, text);
                    let page: Vec<_> = expected.iter().skip(1).take(2).copied().collect();
                    prop_assert_eq!(rows_of(&ask(&criteria, order, 1, 2)), page);
                }
            }
        }
    }
}

#[test]
fn damage_to_a_set_of_facets_is_found_and_mended() {
    let mut connection = empty_store();
    let transaction = connection.transaction().unwrap();
    let mut world = World {
        transaction: &transaction,
        profiles: profiles(),
        rows: Vec::new(),
        next: 1,
        now: start(),
    };
    for station in STATIONS {
        world.take(Act::Add {
            far: false,
            traits: Traits {
                kind: AccountKind::Staff,
                role: Role::None,
                active: true,
                station,
                valid_until: None,
            },
        });
    }
    facets::merge::merge(&transaction).unwrap();
    let faults = || check::prove(&transaction, &mut |_| ()).unwrap().faults;
    transaction
        .execute("UPDATE counters SET value = 5 WHERE name = 'users'", [])
        .unwrap();
    assert_eq!(faults(), Vec::<String>::new());
    let facets = "key >= (7 << 58)";
    for damage in [
        format!("DELETE FROM grams WHERE key = (SELECT min(key) FROM grams WHERE {facets})"),
        format!("UPDATE grams SET rows = x'0000' WHERE {facets}"),
        "INSERT INTO grams (key, rows) VALUES ((7 << 58) | (5 << 50), x'0000')".to_owned(),
    ] {
        transaction.execute(&damage, []).unwrap();
        assert_ne!(faults(), Vec::<String>::new(), "{damage}");
        check::mend(&transaction, &mut |_| ()).unwrap();
        assert_eq!(faults(), Vec::<String>::new(), "{damage}");
    }
}
