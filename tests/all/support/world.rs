//! People, and a desk that answers from them.

use std::sync::Arc;

use halligan::{
    audit::{Actor, Event, Kind, Outcome, Record, Target, Verified},
    console::effect::{
        FieldsListed, FieldsRequest, Opened, Reply, Request, RolesListed, RolesRequest,
        RosterImported,
    },
    desk::{Added, Beforehand, DeskError, JudgedRole, Notices},
    directory::{
        Capabilities, DirectoryError, Found, Imported, KeptRole, Query, RosterAct, RosterLine,
        Support, Total, UserChange,
    },
    operator::{Operator, SignInRefusal},
    password::{Secret, generate::Generated, strength::Strength},
    permission::{Permissions, Reach, Role, SiteRole},
    receipt::{Checked, Proof, Receipt, Settlement, Step, StepOutcome},
    roster::ImportReport,
    user::{
        AccountKind, AccountState, Fact, FieldKind, FieldValue, Lock, PasswordState, SiteField,
        User, UserId, Version,
    },
};

/// The administrator's own password.
pub const OWN_PASSWORD: &str = "granite-lantern-voyage";
/// A password that obeys the default profile.
pub const NEW_PASSWORD: &str = "copper kettle marmot 91";
/// What the generator draws.
pub const GENERATED: &str = "cabin-otter-lime-spoon-47";

pub fn capabilities() -> Capabilities {
    Capabilities {
        name: "local store".into(),
        searched: "ID, email, name".into(),
        debounce_millis: 0,
        reset: Support::Yes,
        must_change: Support::Yes,
        unlock: Support::Yes,
        check: Support::Yes,
        create: Support::Yes,
        roles: Support::Yes,
        site_definitions: Support::Yes,
        status: Support::Yes,
        attributes: Support::Yes,
        validity: Support::Yes,
        must_change_alone: Support::Yes,
        remove: Support::Yes,
        end_sessions: Support::Yes,
        enforces_policy: true,
        records_outcome: true,
    }
}

pub fn operator() -> Operator {
    Operator {
        id: UserId("1".into()),
        login: "E1001".into(),
        email: "chief@riverside.example".into(),
        name: "Alma Chief".into(),
        permissions: Permissions::all(),
        reach: Reach::EVERYWHERE,
        kind: None,
        must_change: false,
        binding: 0,
        password_set_at: None,
        sessions_ended: None,
        made_by: None,
    }
}

pub fn user(id: u32, login: &str, given: &str, family: &str) -> User {
    let email = format!("{given}.{family}@riverside.example")
        .to_lowercase()
        .replace(' ', "");
    User {
        id: UserId(id.to_string()),
        login: login.into(),
        email,
        given_name: given.into(),
        family_name: family.into(),
        kind: Fact::Known(AccountKind::Staff),
        details: Fact::NotOffered,
        state: AccountState {
            password: Fact::Known(PasswordState {
                set: true,
                changed_at: "2026-09-01T08:00:00Z".parse().ok(),
                expires_at: None,
            }),
            last_sign_in: Fact::Known("2026-11-21T17:30:00Z".parse().ok()),
            ..AccountState::default()
        },
        permissions: Permissions::NONE,
        reach: Reach::EVERYWHERE,
        role: None,
        version: Version("7".into()),
    }
}

/// A role of the site, for residents at one station, which three hold.
pub fn front_desk() -> SiteRole {
    SiteRole {
        number: 5,
        name: "Front desk".into(),
        permissions: Role::HelpDesk.permissions(),
        reach: Reach {
            kinds: Some([AccountKind::Residential].into_iter().collect()),
            stations: Some(vec!["Station 4".into()]),
        },
    }
}

pub fn kept(role: SiteRole, holders: u64) -> JudgedRole {
    JudgedRole {
        kept: KeptRole {
            role: Arc::new(role),
            version: Version("3".into()),
            holders,
            holders_in_reach: holders,
            changed_at: "2026-11-20T09:00:00Z".parse().expect("a time"),
            changed_by: "Ben Holt (A1)".into(),
        },
        may_change: Ok(()),
    }
}

pub fn roles() -> Vec<JudgedRole> {
    let spare = SiteRole {
        number: 6,
        name: "Spare".into(),
        permissions: Role::Viewer.permissions(),
        reach: Reach::EVERYWHERE,
    };
    vec![kept(front_desk(), 3), kept(spare, 0)]
}

fn roles_to_give() -> Vec<Role> {
    let of_the_site = roles().into_iter().map(|role| Role::Site(role.kept.role));
    Role::BUILT_IN.into_iter().chain(of_the_site).collect()
}

/// The fields of the site's own.
pub fn fields() -> Vec<SiteField> {
    let value = |value: &str, retired| FieldValue {
        value: value.into(),
        retired,
    };
    let shift = SiteField {
        kind: FieldKind::List,
        values: vec![
            value("Red", false),
            value("Green", false),
            value("Blue", true),
        ],
        shown: true,
        ..SiteField::new("shift", "Shift")
    };
    let locker = SiteField {
        seen_by: vec![Role::HelpDesk, Role::Administrator],
        searched: true,
        ..SiteField::new("locker", "Locker number")
    };
    vec![shift, locker]
}

fn alone(step: Step) -> Receipt {
    Receipt {
        steps: vec![(step, StepOutcome::Done)],
        proof: Proof::NotNeeded,
        ..receipt(false)
    }
}

/// Everybody.
pub fn people() -> Vec<User> {
    let mut maria = user(2, "E1042", "Maria", "Vasquez");
    maria.state.lock = Fact::Known(Some(Lock {
        since: "2026-11-22T03:12:00Z".parse().ok(),
        failures: Some(5),
        until: None,
    }));
    let mut twin = user(3, "E2077", "Maria", "Vasquez");
    twin.email = "m.vasquez2@riverside.example".into();
    let jose = user(4, "E1100", "José", "García");
    let mut engine = user(5, "ENG7", "", "Engine 7");
    engine.email = "engine7@riverside.example".into();
    engine.kind = Fact::Known(AccountKind::Unit);
    let mut gone = user(6, "E0900", "Dana", "Whitfield");
    gone.state.active = Fact::Known(false);
    let mut fresh = user(7, "R5001", "Pat", "Okafor");
    fresh.kind = Fact::Known(AccountKind::Residential);
    fresh.state.must_change = Fact::Known(true);
    let mut business = user(8, "C7001", "", "Harbor Chemical Supply");
    business.email = "safety@harborchemical.example".into();
    business.kind = Fact::Known(AccountKind::Commercial);
    let mut officer = user(9, "E1300", "Ruth", "Diaz");
    officer.permissions = Role::HelpDesk.permissions();
    let mut hostile = user(10, "E6666", "Eve\u{1b}[2J\u{202e}", "Mallory\n");
    hostile.email = "eve@riverside.example".into();
    vec![
        maria, twin, jose, engine, gone, fresh, business, officer, hostile,
    ]
}

pub fn found(text: &str) -> Found {
    let wanted = text.trim().to_lowercase();
    let rows: Vec<User> = people()
        .into_iter()
        .filter(|user| {
            [&user.login, &user.email, &user.name()]
                .iter()
                .any(|field| field.to_lowercase().contains(&wanted))
        })
        .collect();
    Found {
        total: Total::Exact(rows.len() as u64),
        rows,
        population: Some(500),
        meant: None,
        remark: None,
    }
}

/// Many users, no two alike.
pub fn crowd(count: u32, prefix: &str) -> Found {
    Found {
        rows: (0..count)
            .map(|n| {
                user(
                    1000 + n,
                    &format!("{prefix}{n:04}"),
                    prefix,
                    &format!("Person {n}"),
                )
            })
            .collect(),
        total: Total::MoreThan(200),
        population: Some(1_000_000),
        meant: None,
        remark: None,
    }
}

pub fn receipt(unlocked: bool) -> Receipt {
    Receipt {
        steps: vec![
            (Step::PasswordSet, StepOutcome::Done),
            (
                Step::Unlocked,
                if unlocked {
                    StepOutcome::Done
                } else {
                    StepOutcome::NotNeeded
                },
            ),
            (Step::MustChange, StepOutcome::Done),
        ],
        proof: Proof::ReadBack("the stored hash verified".into()),
        version: Some(Version("8".into())),
        server: None,
        after: None,
        recorded: true,
    }
}

/// The receipt of a change of which everything was done.
pub fn changed(change: &UserChange) -> Receipt {
    let steps = change.steps().into_iter();
    let proof = if change.new_password().is_some() {
        Proof::ReadBack("the stored hash verified".into())
    } else {
        Proof::NotNeeded
    };
    Receipt {
        steps: steps.map(|step| (step, StepOutcome::Done)).collect(),
        proof,
        ..receipt(true)
    }
}

pub fn wrong_sign_in() -> Reply {
    Reply::Failed(DeskError::Directory(DirectoryError::SignIn {
        reason: SignInRefusal::WrongPassword,
        user: None,
    }))
}

pub fn unreachable() -> Reply {
    Reply::Failed(DeskError::Directory(DirectoryError::Unavailable {
        message: "ldaps://dc1.riverside.example does not answer".into(),
        cure: "Check the network, then press Enter to ask again.".into(),
        raw: None,
    }))
}

pub fn record(sequence: u64, kind: Kind, outcome: Outcome) -> Record {
    Record {
        sequence,
        at: "2026-11-22T03:12:00Z".parse().expect("a time"),
        event: Event {
            kind,
            outcome,
            operator: Some(Actor {
                id: UserId("1".into()),
                login: "E1001".into(),
                name: "Alma Chief".into(),
            }),
            target: Some(Target {
                id: UserId("2".into()),
                login: "E1042".into(),
                name: "Maria Vasquez".into(),
                version: None,
            }),
            source: "tty /dev/pts/1".into(),
            directory: "local store".into(),
            profile: "nist-800-63b-4".into(),
            reason: Some("INC-2231".into()),
            intent: None,
            steps: Vec::new(),
            proof: None,
            detail: None,
            caller: None,
            contact_changed: false,
        },
        hash: "5f".repeat(32),
    }
}

/// What an import, or its plan, says of a roster of 33 people with these faulty lines besides.
pub fn roster(faulty: &[(u64, &str)]) -> RosterImported {
    let mut report = ImportReport::default();
    for (line, why) in faulty {
        report.note(RosterLine {
            line: Some(*line),
            who: String::new(),
            act: RosterAct::Refused((*why).into()),
        });
    }
    report.note(RosterLine {
        line: Some(7),
        who: "E7 Ada Okoye".into(),
        act: RosterAct::Added {
            role: Role::Administrator,
            active: true,
        },
    });
    report.counts = Imported {
        added: 31,
        unchanged: 2,
        roles: 1,
        refused: faulty.len() as u64,
        ..Imported::default()
    };
    RosterImported {
        report,
        ignored: vec!["shoe".into()],
        remarks: Vec::new(),
    }
}

/// Who is found by text and criteria, in the order that is wanted.
fn searched(query: &Query) -> Found {
    let mut found = found(&query.text);
    if !query.criteria.is_empty() {
        let holds = |user: &User| {
            let now = jiff::Timestamp::now();
            query
                .criteria
                .iter()
                .all(|one| one.holds(user, now) == Some(true))
        };
        found.rows.retain(holds);
        found.total = Total::Exact(found.rows.len() as u64);
    }
    query.order.sort(&mut found.rows);
    found
}

/// What a well-behaved desk says.
#[expect(clippy::too_many_lines, reason = "one arm for each request")]
pub fn answer(request: &Request) -> Reply {
    match request {
        Request::SetUp(new, _) => Reply::SignedIn(Box::new(Operator {
            login: new.login.clone(),
            email: new.email.clone(),
            name: format!("{} {}", new.given_name, new.family_name),
            ..operator()
        })),
        Request::Import(_) => Reply::Imported(Box::new(roster(&[]))),
        Request::SignIn(_, password) if password.expose() != OWN_PASSWORD => wrong_sign_in(),
        Request::SignIn(..) => Reply::SignedIn(Box::new(operator())),
        Request::Reauthenticate(password) if password.expose() != OWN_PASSWORD => wrong_sign_in(),
        Request::Reauthenticate(_) => Reply::Reauthenticated(Box::new(operator())),
        Request::Lock | Request::SignOut | Request::OpenSearch | Request::StopImport => {
            Reply::Noted
        }
        Request::Search(query) => Reply::Found(searched(query)),
        Request::Count(queries) => Reply::Counted(
            queries
                .iter()
                .map(|query| Ok(searched(query).total))
                .collect(),
        ),
        Request::Export(order) if !order.replace && order.file.ends_with("there.csv") => {
            Reply::FileExists
        }
        Request::Export(order) => Reply::Exported(searched(&order.query).rows.len()),
        Request::OpenUser(id) => people().into_iter().find(|user| user.id == *id).map_or(
            Reply::Failed(DeskError::Directory(DirectoryError::NotFound)),
            |user| {
                Reply::Opened(Box::new(Opened {
                    user,
                    may_reset: Ok(()),
                    may_change_status: Ok(()),
                    may_give_role: Ok(()),
                    roles_to_give: Role::BUILT_IN.to_vec(),
                    may_sign_out: Ok(()),
                    may_remove: Ok(()),
                    beforehand: Beforehand::default(),
                    fields: Vec::new(),
                }))
            },
        ),
        Request::SeenFields => Reply::SeenFields(Vec::new()),
        Request::Rate(..) => Reply::Rated(Strength {
            score: 3,
            word: "good",
            hint: None,
        }),
        Request::Generate(..) => Reply::Generated(Generated {
            secret: Secret::from_typed(GENERATED).expect("plain text"),
            bits: 48.0,
        }),
        Request::Reset(order) => Reply::Done(receipt(order.unlock)),
        Request::Unlock(..) => Reply::Done(Receipt {
            steps: vec![(Step::Unlocked, StepOutcome::Done)],
            proof: Proof::NotNeeded,
            ..receipt(true)
        }),
        Request::Enable(..) => Reply::Done(Receipt {
            steps: vec![(Step::Enabled, StepOutcome::Done)],
            proof: Proof::NotNeeded,
            ..receipt(true)
        }),
        Request::Change(order) => Reply::Done(changed(&order.change)),
        Request::Remove(..) => Reply::Done(Receipt {
            steps: vec![(Step::Removed, StepOutcome::Done)],
            proof: Proof::NotNeeded,
            ..receipt(true)
        }),
        Request::Check(_, password) => Reply::Checked(Checked {
            matches: password.expose() == NEW_PASSWORD,
            signs_in: false,
            remark: Some("it must be changed at this sign-in".into()),
        }),
        Request::ChangeOwn(..) => Reply::Done(Receipt {
            steps: vec![(Step::PasswordSet, StepOutcome::Done)],
            ..receipt(false)
        }),
        Request::Create(new, _) => Reply::Created(Box::new(Added {
            user: user(99, &new.login, &new.given_name, &new.family_name),
            receipt: Receipt {
                steps: vec![(Step::Created, StepOutcome::Done)],
                proof: Proof::NotNeeded,
                ..receipt(false)
            },
        })),
        Request::AuditList(_) => Reply::AuditListed(vec![
            record(3, Kind::PasswordReset, Outcome::Done),
            record(2, Kind::PasswordReset, Outcome::Intent),
            record(1, Kind::SignIn, Outcome::Done),
        ]),
        Request::AuditVerify => Reply::Verified(Box::new(Verified {
            records: 3,
            head: "5f".repeat(32),
            first_bad: None,
            open_intents: Vec::new(),
            backwards: Vec::new(),
        })),
        Request::Roles(RolesRequest::List) => Reply::Roles(Box::new(RolesListed {
            roles: roles(),
            to_give: roles_to_give(),
        })),
        Request::Roles(RolesRequest::ToGive) => Reply::RolesToGive(roles_to_give()),
        Request::Roles(asked) => Reply::Done(alone(match asked {
            RolesRequest::Remove(_) => Step::RoleRemoved,
            RolesRequest::Change(_) => Step::RoleChanged,
            RolesRequest::Add(_) | RolesRequest::List | RolesRequest::ToGive => Step::RoleAdded,
        })),
        Request::Fields(FieldsRequest::List) => Reply::Fields(Box::new(FieldsListed {
            fields: fields(),
            roles: roles_to_give(),
        })),
        Request::Fields(_) => Reply::Done(alone(Step::Changed)),
        Request::OpenIntents => Reply::OpenIntents(Vec::new()),
        Request::Notices => Reply::Notices(Notices::default()),
        Request::ReadBack(_)
        | Request::RecoveriesSeen(_)
        | Request::CallerVerified(_)
        | Request::CallerRefused(..) => Reply::Noted,
        Request::Settle(..) => Reply::Settled(Settlement::DidNotHappen(
            "the user is still at version 7".into(),
        )),
    }
}
