//! Who is calling: what the site wants before an act, what counts as an answer, and every way in which
//! a verification could be stretched beyond its person, its time and its rights.

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use halligan::{
    audit::{Kind, Outcome},
    desk::{CallerOrder, CallerSight, DeskError, ResetOrder, Session},
    directory::{DirectoryError, ImportOrder, ImportWatch, NewUser, RosterRow, UserChange},
    password::profile::Profile,
    permission::Role,
    user::{AccountKind, Details, DetailsChange, User, Version},
    verification::{Method, Rules, Strictness, Suspicion, Unverified},
};
use jiff::{SignedDuration, Timestamp};

use crate::support::{
    acts::Acts as _,
    station::{ADMIN_PASSWORD, NEW_PASSWORD, Station, order, person, secret},
};

const OWN: &str = "granite-willow-pepper-12";

thread_local! {
    /// How far the desk's clocks are ahead; each test has a thread of its own.
    static AHEAD: Cell<SignedDuration> = const { Cell::new(SignedDuration::ZERO) };
}

fn now() -> Timestamp {
    Timestamp::now() + AHEAD.get()
}

fn pass(time: SignedDuration) {
    AHEAD.set(AHEAD.get() + time);
}

fn required() -> Rules {
    Rules {
        reset: Strictness::Required,
        unlock: Strictness::Required,
        enable: Strictness::Required,
        contact: Strictness::Required,
        ..Rules::default()
    }
}

struct Calls {
    station: Station,
    admin: Arc<Session>,
}

impl Calls {
    async fn under(rules: Rules) -> Self {
        let mut station = Station::open(Profile {
            // What is tried here takes longer than a proof of the password holds.
            step_up_window_min: 24 * 60,
            ..Profile::nist()
        })
        .await;
        station.desk = station
            .desk
            .clone()
            .with_clock(now)
            .with_verification(rules);
        let admin = station.admin().await;
        Self { station, admin }
    }

    async fn staff(&self, login: &str, phone: &str) -> User {
        let new = NewUser {
            details: Details {
                phone: phone.into(),
                ..Details::default()
            },
            ..person(
                login,
                &format!("{}@station.example", login.to_lowercase()),
                "Sam",
                "Marlow",
            )
        };
        // As if added long ago: what a creation sets is no change of it.
        self.station
            .desk
            .create_user(&self.admin, new, None)
            .await
            .unwrap()
    }

    async fn reset_by(&self, session: &Session, user: &User) -> Result<(), DeskError> {
        let order = ResetOrder {
            expected: None,
            ..order(user, NEW_PASSWORD)
        };
        self.station.desk.reset(session, order).await.map(drop)
    }

    async fn reset(&self, user: &User) -> Result<(), DeskError> {
        self.reset_by(&self.admin, user).await
    }

    async fn change(&self, user: &User, change: UserChange) -> Result<(), DeskError> {
        let desk = &self.station.desk;
        desk.change_user(&self.admin, &user.id, change)
            .await
            .map(drop)
    }

    async fn verify_by(
        &self,
        session: &Session,
        order: CallerOrder,
    ) -> Result<CallerSight, DeskError> {
        let at = self.station.desk.at(session);
        let seat = at.users_change(Kind::CallerVerified).await?;
        seat.caller_verified(order).await
    }

    async fn verify(&self, user: &User, methods: &[Method]) -> Result<CallerSight, DeskError> {
        self.verify_by(&self.admin, said(user, methods)).await
    }

    async fn vouched(
        &self,
        user: &User,
        login: &str,
        password: &str,
    ) -> Result<CallerSight, DeskError> {
        let order = CallerOrder {
            voucher: Some((login.into(), secret(password))),
            ..said(user, &[Method::Supervisor])
        };
        self.verify_by(&self.admin, order).await
    }

    async fn refuse(&self, session: &Session, user: &User) -> CallerSight {
        let at = self.station.desk.at(session);
        let seat = at.users_change(Kind::CallerRefused).await.unwrap();
        let methods = vec![Method::CallBack];
        seat.caller_refused(&user.id, methods, "INC-9")
            .await
            .unwrap()
    }

    async fn sight(&self, session: &Session, user: &User) -> CallerSight {
        let seat = self.station.desk.at(session).users_read(Kind::UserViewed);
        seat.await.unwrap().callers(user).await.unwrap()
    }
}

fn said(user: &User, methods: &[Method]) -> CallerOrder {
    CallerOrder {
        user: user.id.clone(),
        methods: methods.to_vec(),
        voucher: None,
        ticket: "INC-4711".into(),
    }
}

fn unverified(answer: Result<(), DeskError>) -> Unverified {
    match answer {
        Err(DeskError::VerifyCaller(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn not_a_verification(answer: Result<CallerSight, DeskError>) -> String {
    match answer {
        Err(DeskError::Verification(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn phone(number: &str) -> UserChange {
    UserChange {
        details: DetailsChange {
            phone: Some(number.into()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    }
}

fn unlock() -> UserChange {
    UserChange {
        unlock: true,
        ..UserChange::default()
    }
}

fn enable() -> UserChange {
    UserChange {
        active: Some(true),
        ..UserChange::default()
    }
}

#[tokio::test]
async fn where_the_site_asks_for_nothing_a_reset_is_as_it_was_and_records_nothing_of_a_caller() {
    let calls = Calls::under(Rules::default()).await;
    let sam = calls.staff("E77", "").await;
    calls.reset(&sam).await.unwrap();
    let record = calls.station.last(Kind::PasswordReset).await;
    assert_eq!(record.event.caller, None);
    assert_eq!(
        calls.sight(&calls.admin, &sam).await,
        CallerSight::default()
    );
}

#[tokio::test]
async fn each_act_that_wants_it_is_refused_before_the_caller_is_verified_and_done_afterwards() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    assert_eq!(unverified(calls.reset(&sam).await), Unverified::NotYet);
    let refused = calls.station.last_outcome(Kind::PasswordReset).await;
    assert!(matches!(refused, Outcome::Refused(why) if why.contains("who is calling")));
    assert_eq!(
        unverified(calls.change(&sam, unlock()).await),
        Unverified::NotYet
    );
    assert_eq!(
        unverified(calls.change(&sam, enable()).await),
        Unverified::NotYet
    );
    assert_eq!(
        unverified(calls.change(&sam, phone("+1 555 0101")).await),
        Unverified::NotYet
    );
    let seat = calls
        .station
        .desk
        .at(&calls.admin)
        .users_update(Kind::Unlock)
        .await
        .unwrap();
    assert_eq!(
        unverified(seat.unlock(&sam.id, None, "").await.map(drop)),
        Unverified::NotYet
    );
    // What nobody calls about is done without.
    let title = UserChange {
        details: DetailsChange {
            job_title: Some("Captain".into()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    };
    calls.change(&sam, title).await.unwrap();

    let sight = calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    let (caller, until) = sight.verified.unwrap();
    assert_eq!(caller.methods, [Method::CallBack]);
    assert!(until > now() + SignedDuration::from_mins(14));
    let verified = calls.station.last(Kind::CallerVerified).await.event;
    assert_eq!(verified.outcome, Outcome::Done);
    assert_eq!(verified.reason.as_deref(), Some("INC-4711"));
    assert_eq!(verified.target.unwrap().login, "E77");
    calls.reset(&sam).await.unwrap();
    let reset = calls.station.last(Kind::PasswordReset).await.event;
    assert_eq!(reset.caller.unwrap().methods, [Method::CallBack]);
    calls.change(&sam, unlock()).await.unwrap();
    calls.change(&sam, enable()).await.unwrap();
    let seat = calls
        .station
        .desk
        .at(&calls.admin)
        .users_update(Kind::Unlock)
        .await
        .unwrap();
    seat.unlock(&sam.id, None, "").await.unwrap();
}

#[tokio::test]
async fn an_account_that_becomes_valid_again_is_one_that_is_enabled() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "").await;
    let until = |at: Option<Timestamp>| UserChange {
        valid_until: Some(at),
        ..UserChange::default()
    };
    let yesterday = now() - SignedDuration::from_hours(24);
    calls.change(&sam, until(Some(yesterday))).await.unwrap();
    assert_eq!(
        unverified(calls.change(&sam, until(None)).await),
        Unverified::NotYet
    );
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    calls.change(&sam, until(None)).await.unwrap();
}

#[tokio::test]
async fn where_it_is_asked_only_the_act_is_done_and_says_that_it_was_passed_over() {
    let calls = Calls::under(Rules {
        reset: Strictness::Asked,
        ..Rules::default()
    })
    .await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    assert_eq!(
        calls.sight(&calls.admin, &sam).await.strictness,
        Strictness::Asked
    );
    calls.reset(&sam).await.unwrap();
    let caller = calls
        .station
        .last(Kind::PasswordReset)
        .await
        .event
        .caller
        .unwrap();
    assert_eq!(caller.words(), "caller not verified");
    // A refused caller makes it more than a question.
    calls.refuse(&calls.admin, &sam).await;
    let sight = calls.sight(&calls.admin, &sam).await;
    assert_eq!(sight.strictness, Strictness::Required);
    assert_eq!(unverified(calls.reset(&sam).await), Unverified::NotYet);
}

#[tokio::test]
async fn kinds_and_operators_are_held_to_their_own_rules() {
    let calls = Calls::under(Rules {
        operators: Strictness::Required,
        kinds: BTreeMap::from([(AccountKind::Residential, Strictness::Required)]),
        ..Rules::default()
    })
    .await;
    let sam = calls.staff("E77", "").await;
    calls.reset(&sam).await.unwrap();
    let lee = NewUser {
        kind: AccountKind::Residential,
        ..person("R5", "lee@example.org", "Lee", "Ortiz")
    };
    let lee = calls
        .station
        .desk
        .create_user(&calls.admin, lee, None)
        .await
        .unwrap();
    assert_eq!(unverified(calls.reset(&lee).await), Unverified::NotYet);
    let desk = calls.station.add("E9", Role::HelpDesk, OWN).await;
    assert_eq!(unverified(calls.reset(&desk).await), Unverified::NotYet);
}

#[tokio::test]
async fn a_verification_holds_for_its_person_its_window_and_its_session_alone() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    let ida = calls.staff("E78", "+1 555 0102").await;
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    assert_eq!(unverified(calls.reset(&ida).await), Unverified::NotYet);
    let other = calls.station.admin().await;
    assert_eq!(
        unverified(calls.reset_by(&other, &sam).await),
        Unverified::NotYet
    );
    pass(SignedDuration::from_mins(14));
    calls.reset(&sam).await.unwrap();
    pass(SignedDuration::from_mins(1));
    assert_eq!(unverified(calls.reset(&sam).await), Unverified::TooOld);
    // Nor does it come back with a clock that was set back.
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    assert!(calls.sight(&calls.admin, &sam).await.verified.is_some());
}

#[tokio::test]
async fn rights_that_were_raised_between_the_call_and_the_save_end_the_verification() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    let other = calls.station.admin().await;
    calls
        .station
        .desk
        .assign_role(&other, &sam.id, Role::HelpDesk)
        .await
        .unwrap();
    assert_eq!(
        unverified(calls.reset(&sam).await),
        Unverified::RightsChanged
    );
}

#[tokio::test]
async fn a_refused_caller_is_seen_by_everybody_ends_verifications_and_wants_a_strong_method() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    let other = calls.station.admin().await;
    pass(SignedDuration::from_secs(1));
    calls.refuse(&other, &sam).await;
    calls.refuse(&other, &sam).await;
    let record = calls.station.last(Kind::CallerRefused).await.event;
    assert_eq!(record.reason.as_deref(), Some("INC-9"));
    assert_eq!(record.caller.unwrap().methods, [Method::CallBack]);
    let sight = calls.sight(&calls.admin, &sam).await;
    assert_eq!(sight.refused_in_the_last_hour, 2);
    assert_eq!(sight.suspicion, Some(Suspicion::RefusedCaller));
    assert_eq!(sight.verified, None);
    assert_eq!(
        unverified(calls.reset(&sam).await),
        Unverified::RefusedSince
    );
    pass(SignedDuration::from_secs(1));
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    let weak = Unverified::NotStrong(Suspicion::RefusedCaller);
    assert_eq!(unverified(calls.reset(&sam).await), weak);
    calls
        .verify(&sam, &[Method::CallBack, Method::InPerson])
        .await
        .unwrap();
    calls.reset(&sam).await.unwrap();
    // The cool-down ends, and what is told of the last hour with it.
    pass(SignedDuration::from_mins(61));
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    calls.reset(&sam).await.unwrap();
    assert_eq!(
        calls
            .sight(&calls.admin, &sam)
            .await
            .refused_in_the_last_hour,
        0
    );
}

#[tokio::test]
async fn who_refuses_a_caller_forgets_the_own_verification() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    calls.refuse(&calls.admin, &sam).await;
    assert_eq!(unverified(calls.reset(&sam).await), Unverified::NotYet);
}

#[tokio::test]
async fn a_number_that_was_changed_lately_is_not_called_back_and_wants_a_strong_method() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    calls.change(&sam, phone("+1 555 0199")).await.unwrap();
    assert!(
        calls
            .station
            .last(Kind::UserChanged)
            .await
            .event
            .contact_changed
    );
    pass(SignedDuration::from_hours(1));
    let why = not_a_verification(calls.verify(&sam, &[Method::CallBack]).await);
    assert!(why.contains("changed lately"), "{why}");
    calls.verify(&sam, &[Method::VideoBadge]).await.unwrap();
    let weak = Unverified::NotStrong(Suspicion::ContactChanged);
    assert_eq!(unverified(calls.reset(&sam).await), weak);
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    calls.reset(&sam).await.unwrap();
    pass(SignedDuration::from_hours(24 * 7));
    // The operator's own sign-in is old by now.
    let admin = calls.station.admin().await;
    calls
        .verify_by(&admin, said(&sam, &[Method::CallBack]))
        .await
        .unwrap();
    calls.reset_by(&admin, &sam).await.unwrap();
}

#[tokio::test]
async fn a_change_of_the_number_that_was_refused_makes_nothing_stricter() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    unverified(calls.change(&sam, phone("+1 555 0199")).await);
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    calls.reset(&sam).await.unwrap();
}

#[tokio::test]
async fn an_account_that_may_act_on_others_wants_a_strong_method() {
    let calls = Calls::under(required()).await;
    let desk = calls.station.add("E9", Role::HelpDesk, OWN).await;
    calls.verify(&desk, &[Method::VideoBadge]).await.unwrap();
    let weak = Unverified::NotStrong(Suspicion::Operator);
    assert_eq!(unverified(calls.reset(&desk).await), weak);
    calls.verify(&desk, &[Method::InPerson]).await.unwrap();
    calls.reset(&desk).await.unwrap();
}

#[tokio::test]
async fn what_does_not_make_sure_of_anybody_is_refused_with_the_reason() {
    let calls = Calls::under(Rules {
        methods: vec![Method::CallBack, Method::InPerson, Method::RadioUnit],
        ..required()
    })
    .await;
    let sam = calls.staff("E77", "").await;
    let why = async |methods: &[Method]| not_a_verification(calls.verify(&sam, methods).await);
    assert!(why(&[]).await.contains("no method"));
    assert!(
        why(&[Method::RadioUnit])
            .await
            .contains("together with another")
    );
    assert!(
        why(&[Method::VideoBadge])
            .await
            .contains("does not count at this site")
    );
    assert!(
        why(&[Method::CallBack])
            .await
            .contains("no number on record")
    );
    let no_ticket = CallerOrder {
        ticket: "  ".into(),
        ..said(&sam, &[Method::InPerson])
    };
    let why = not_a_verification(calls.verify_by(&calls.admin, no_ticket).await);
    assert!(why.contains("ticket"), "{why}");
    let unasked = CallerOrder {
        voucher: Some(("E1".into(), secret(ADMIN_PASSWORD))),
        ..said(&sam, &[Method::InPerson])
    };
    let why = not_a_verification(calls.verify_by(&calls.admin, unasked).await);
    assert!(why.contains("without supervisor"), "{why}");
    assert!(matches!(
        calls.station.last_outcome(Kind::CallerVerified).await,
        Outcome::Refused(_)
    ));
    unverified(calls.reset(&sam).await);
    calls
        .verify(&sam, &[Method::RadioUnit, Method::InPerson])
        .await
        .unwrap();
    calls.reset(&sam).await.unwrap();
}

#[tokio::test]
async fn a_site_that_wants_no_ticket_takes_none() {
    let calls = Calls::under(Rules {
        ticket_required: false,
        ..required()
    })
    .await;
    let sam = calls.staff("E77", "").await;
    let order = CallerOrder {
        ticket: String::new(),
        ..said(&sam, &[Method::InPerson])
    };
    calls.verify_by(&calls.admin, order).await.unwrap();
    calls.reset(&sam).await.unwrap();
}

#[tokio::test]
async fn a_supervisor_is_another_operator_who_could_do_it_and_confirms_with_the_own_password() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "").await;
    let why = not_a_verification(calls.verify(&sam, &[Method::Supervisor]).await);
    assert!(why.contains("name and password"), "{why}");
    let why = not_a_verification(calls.vouched(&sam, "E1", ADMIN_PASSWORD).await);
    assert!(why.contains("own verification"), "{why}");
    calls.station.add("E8", Role::Viewer, OWN).await;
    let why = not_a_verification(calls.vouched(&sam, "E8", OWN).await);
    assert!(why.contains("Users - Update"), "{why}");
    calls.station.add("E9", Role::HelpDesk, OWN).await;
    let wrong = calls.vouched(&sam, "E9", "not-the-password-at-all").await;
    assert!(
        matches!(
            wrong,
            Err(DeskError::Directory(DirectoryError::SignIn { .. }))
        ),
        "{wrong:?}"
    );
    assert!(matches!(
        calls.station.last_outcome(Kind::CallerVerified).await,
        Outcome::SignInRefused(_)
    ));
    unverified(calls.reset(&sam).await);
    calls.vouched(&sam, "E9", OWN).await.unwrap();
    calls.reset(&sam).await.unwrap();
    let caller = calls
        .station
        .last(Kind::PasswordReset)
        .await
        .event
        .caller
        .unwrap();
    assert_eq!(caller.voucher.as_ref().unwrap().login, "E9");
    assert!(caller.words().contains("E9"), "{}", caller.words());
}

#[tokio::test]
async fn a_supervisor_vouches_neither_for_the_own_account_nor_for_one_that_may_do_more() {
    let calls = Calls::under(required()).await;
    let desk = calls.station.add("E9", Role::HelpDesk, OWN).await;
    let own = calls.vouched(&desk, "E9", OWN).await;
    assert!(matches!(own, Err(DeskError::OwnAccount)), "{own:?}");
    let second = calls.station.add("E10", Role::Administrator, OWN).await;
    let less = calls.vouched(&second, "E9", OWN).await;
    assert!(matches!(less, Err(DeskError::Outranked(_))), "{less:?}");
}

#[tokio::test]
async fn nobody_verifies_a_caller_for_the_own_account_or_for_one_that_may_do_more() {
    let calls = Calls::under(required()).await;
    let desk = calls.station.add("E9", Role::HelpDesk, OWN).await;
    let session = calls.station.sign_in("E9", OWN).await.unwrap();
    let own = calls
        .verify_by(&session, said(&desk, &[Method::InPerson]))
        .await;
    assert!(matches!(own, Err(DeskError::OwnAccount)), "{own:?}");
    let ada = calls.admin.operator();
    let ada = calls
        .station
        .desk
        .open_user(&session, &ada.id)
        .await
        .unwrap();
    let more = calls
        .verify_by(&session, said(&ada, &[Method::InPerson]))
        .await;
    assert!(matches!(more, Err(DeskError::Outranked(_))), "{more:?}");
}

#[tokio::test]
async fn a_conflict_or_a_refused_password_uses_up_no_verification() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "").await;
    calls.verify(&sam, &[Method::InPerson]).await.unwrap();
    let short = ResetOrder {
        password: secret("short"),
        expected: None,
        ..order(&sam, NEW_PASSWORD)
    };
    let refused = calls.station.desk.reset(&calls.admin, short).await;
    assert!(matches!(refused, Err(DeskError::Policy(_))), "{refused:?}");
    calls.reset(&sam).await.unwrap();
}

#[tokio::test]
async fn a_number_that_a_roster_has_changed_is_one_that_was_changed_lately() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    let new = NewUser {
        login: sam.login.clone(),
        email: sam.email.clone(),
        given_name: sam.given_name.clone(),
        family_name: sam.family_name.clone(),
        active: true,
        details: Details {
            phone: "+1 555 0199".into(),
            ..Details::default()
        },
        ..NewUser::default()
    };
    let rows = Box::new(std::iter::once(Ok(RosterRow::whole(2, new))));
    let order = ImportOrder {
        update: true,
        ..ImportOrder::default()
    };
    let at = calls.station.desk.at(&calls.admin);
    let seat = at.users_create(Kind::RosterImported).await.unwrap();
    let imported = seat.import(rows, order, ImportWatch::default(), Box::new(|_| {}));
    assert_eq!(imported.await.unwrap().changed, 1);
    let sight = calls.sight(&calls.admin, &sam).await;
    assert_eq!(sight.suspicion, Some(Suspicion::ContactChanged));
}

#[tokio::test]
async fn a_change_of_the_number_that_was_begun_and_failed_makes_nothing_stricter() {
    let calls = Calls::under(required()).await;
    let sam = calls.staff("E77", "+1 555 0100").await;
    calls.verify(&sam, &[Method::CallBack]).await.unwrap();
    let at = calls.station.desk.at(&calls.admin);
    let seat = at.users_change(Kind::UserChanged).await.unwrap();
    let elsewhere = Version("another".into());
    let change = phone("+1 555 0199");
    let refused = seat
        .change_user(&sam.id, Some(&elsewhere), &change, "")
        .await;
    assert!(
        matches!(
            refused,
            Err(DeskError::Directory(DirectoryError::Conflict { .. }))
        ),
        "{refused:?}"
    );
    assert!(
        calls
            .station
            .last(Kind::UserChanged)
            .await
            .event
            .contact_changed
    );
    assert_eq!(calls.sight(&calls.admin, &sam).await.suspicion, None);
    calls.reset(&sam).await.unwrap();
}
