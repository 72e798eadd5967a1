//! Display name, phone, station, job title, and from and until when an account is valid.

use super::*;
use crate::{
    directory::{UserAttribute, UserChange},
    operator::Changed,
    user::{Detail, Details, DetailsChange, Fact, Verdict},
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn captain() -> Details {
    Details {
        display_name: "Capt. Vasquez".into(),
        phone: "+1 303 555 0142 x17".into(),
        station: "Station 7".into(),
        job_title: "Captain".into(),
        ..Details::default()
    }
}

impl Local {
    async fn change(&self, user: &User, change: UserChange) -> Result<Receipt, DirectoryError> {
        let seen = self.user(user).await.version;
        let intent = self.intent(Kind::UserChanged).await;
        self.directory
            .change(&operator(), &user.id, &seen, &change, &intent)
            .await
    }

    async fn valid(
        &self,
        user: &User,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<Receipt, DirectoryError> {
        let change = UserChange {
            valid_from: Some(from),
            valid_until: Some(until),
            ..UserChange::default()
        };
        self.change(user, change).await
    }
}

#[tokio::test]
async fn details_and_validity_are_kept_with_a_new_user_and_changed_one_by_one() {
    let local = Local::open(Profile::nist()).await;
    let new = NewUser {
        login: "E7".into(),
        family_name: "Vasquez".into(),
        active: true,
        details: captain(),
        valid_from: Some(start()),
        valid_until: Some(start() + HOUR),
        ..NewUser::default()
    };
    let intent = local.intent(Kind::UserCreated).await;
    let none = Provisioned::default();
    let created = local
        .directory
        .create(&operator(), &new, &none, None, &intent)
        .await
        .unwrap();
    let user = local.user(&created.user).await;
    assert_eq!(user.details, Fact::Known(captain()));
    assert_eq!(user.state.valid_from, Fact::Known(Some(start())));
    assert_eq!(
        user.state.account_expires,
        Fact::Known(Some(start() + HOUR))
    );

    for detail in Detail::ALL {
        let mut change = UserChange::default();
        *change.details.of_mut(detail) = Some(" 112 ".into());
        local.change(&user, change).await.unwrap();
        let mut wanted = captain();
        *wanted.of_mut(detail) = "112".into();
        assert_eq!(local.user(&user).await.details, Fact::Known(wanted));
        let back = UserChange {
            details: captain().into(),
            ..UserChange::default()
        };
        local.change(&user, back).await.unwrap();
    }
    let after = local.user(&user).await;
    assert_eq!(after.details, Fact::Known(captain()));
    assert_eq!(after.state.account_expires, user.state.account_expires);
}

#[tokio::test]
async fn a_detail_that_cannot_be_kept_is_refused_at_its_field_and_changes_nothing() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    for detail in Detail::ALL {
        let mut change = UserChange::default();
        *change.details.of_mut(detail) = Some("12\n3".into());
        let refused = local.change(&user, change).await;
        let Err(DirectoryError::Invalid { attribute, .. }) = &refused else {
            panic!("{refused:?}");
        };
        assert_eq!(*attribute, Some(UserAttribute::Detail(detail)));
    }
    let refused = local
        .valid(&user, Some(start() + HOUR), Some(start() + HOUR))
        .await;
    let Err(DirectoryError::Invalid { attribute, message }) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(*attribute, Some(UserAttribute::ValidUntil));
    assert_eq!(message, "the account would end before it begins");
    assert_eq!(local.user(&user).await.version, user.version);
}

#[tokio::test]
async fn nobody_signs_in_before_the_account_is_valid_or_after() {
    let local = Local::open(Profile::nist()).await;
    let user = local.add("E7", Role::None).await;
    let (from, until) = (start() + HOUR, start() + HOUR * 2);
    local.valid(&user, Some(from), Some(until)).await.unwrap();
    assert_eq!(
        local.user(&user).await.verdict(now()),
        Verdict::NotYetValid(from)
    );
    assert_eq!(
        local.refusal(&user, FIRST).await,
        SignInRefusal::NotYetValid
    );
    assert_eq!(
        local.refusal(&user, WRONG).await,
        SignInRefusal::WrongPassword,
        "it is told to nobody but who has the password"
    );
    pass(HOUR);
    local.sign_in(&user, FIRST).await.unwrap();
    pass(HOUR);
    assert_eq!(
        local.refusal(&user, FIRST).await,
        SignInRefusal::AccountEnded
    );
    assert_eq!(
        local.user(&user).await.verdict(now()),
        Verdict::AccountExpired(until)
    );
    local.valid(&user, None, None).await.unwrap();
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn a_session_ends_with_the_validity_of_the_operators_account() {
    let local = Local::open(Profile::nist()).await;
    local.add("E1", Role::Administrator).await;
    let user = local.add("E7", Role::Administrator).await;
    local
        .valid(&user, Some(start()), Some(start() + HOUR))
        .await
        .unwrap();
    let signed_in = local.sign_in(&user, FIRST).await.unwrap();
    let client = Operator {
        made_by: Some(user.id.clone()),
        ..signed_in.clone()
    };
    local.directory.operator_now(&signed_in).await.unwrap();
    local.directory.operator_now(&client).await.unwrap();
    pass(HOUR);
    for operator in [&signed_in, &client] {
        match local.directory.operator_now(operator).await {
            Err(DirectoryError::OperatorChanged(change)) => {
                assert_eq!(change.what, Changed::Disabled);
            }
            other => panic!("{other:?}"),
        }
    }
    // And where the beginning is put off meanwhile.
    local.valid(&user, Some(now() + HOUR), None).await.unwrap();
    assert!(local.directory.operator_now(&signed_in).await.is_err());
}

#[tokio::test]
async fn the_last_administrator_stays_valid_and_another_counts_only_while_valid() {
    let local = Local::open(Profile::nist()).await;
    let chief = local.add("E1", Role::Administrator).await;
    let second = local.add("E2", Role::Administrator).await;
    local
        .valid(&second, Some(start() + HOUR), None)
        .await
        .unwrap();
    for (from, until) in [(Some(start() + HOUR), None), (None, Some(start()))] {
        let refused = local.valid(&chief, from, until).await;
        assert!(
            matches!(refused, Err(DirectoryError::Forbidden { .. })),
            "{refused:?}"
        );
    }
    // An end to come keeps nobody out now, and the last is let in after it.
    local
        .valid(&chief, None, Some(start() + HOUR / 2))
        .await
        .unwrap();
    pass(HOUR / 2);
    let signed_in = local.sign_in(&chief, FIRST).await.unwrap();
    let stays = local.directory.operator_now(&signed_in).await;
    assert!(stays.is_ok(), "let in and thrown out at once: {stays:?}");
    pass(HOUR);
    assert!(local.directory.operator_now(&signed_in).await.is_err());
    assert_eq!(
        local.refusal(&chief, FIRST).await,
        SignInRefusal::AccountEnded,
        "another is valid by now"
    );
}

#[tokio::test]
async fn the_end_that_somebody_set_and_that_of_an_unused_account_are_two() {
    let local = Local::open(Profile {
        disable_inactive_days: Some(3),
        ..Profile::nist()
    })
    .await;
    local.add("E1", Role::Administrator).await;
    let user = local.add("E7", Role::None).await;
    assert_eq!(
        local.user(&user).await.state.account_expires,
        Fact::Known(None)
    );
    let until = start() + HOUR * 24 * 9;
    local.valid(&user, None, Some(until)).await.unwrap();
    let state = local.user(&user).await.state;
    assert_eq!(state.account_expires, Fact::Known(Some(until)));
    assert_eq!(state.account_ends(), Some(start() + HOUR * 72));
    pass(HOUR * 72);
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Disabled);
}

#[tokio::test]
async fn the_audit_names_what_changes_and_tells_no_value_but_those_of_validity() {
    let change = UserChange {
        details: DetailsChange {
            display_name: Some("Secret Name".into()),
            phone: Some("303 555 0142".into()),
            station: Some("Secret Station".into()),
            job_title: Some("Secret Title".into()),
            ..DetailsChange::default()
        },
        valid_from: Some(Some(start())),
        valid_until: Some(None),
        ..UserChange::default()
    };
    assert_eq!(
        change.described().unwrap(),
        "changes displayName, phone, station, job title, valid from 2026-09-21T14:13:20Z, \
         valid without end"
    );
}
