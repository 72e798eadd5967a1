//! A user added: is the first password in force, and what is found when the answer is lost?

use super::*;
use crate::{
    desk::Added,
    directory::{Found, ImportOrder, ImportWatch, Imported, Total},
    receipt::Ending,
    user::{AccountKind, User},
};

fn person(active: bool) -> NewUser {
    NewUser {
        login: "E7".into(),
        email: "e7@station.example".into(),
        given_name: "Noor".into(),
        family_name: "Haddad".into(),
        kind: AccountKind::Staff,
        role: Role::None,
        active,
        must_change: false,
        ..NewUser::default()
    }
}

impl Place {
    async fn add(
        &self,
        session: &Session,
        active: bool,
        password: Option<&str>,
    ) -> Result<Added, DeskError> {
        let seat = self.desk.at(session).users_create(Kind::UserCreated).await;
        let password = password.map(secret);
        seat.unwrap()
            .create_user(person(active), password.as_ref())
            .await
    }

    /// What a search for E7 finds.
    async fn found(&self, session: &Session, email: &str, remark: Option<&str>) -> Found {
        let operator = session.operator();
        let user = self.directory.user(&operator, &seven()).await.unwrap();
        Found {
            rows: vec![User {
                email: email.into(),
                ..user
            }],
            total: Total::Exact(1),
            population: None,
            meant: None,
            remark: remark.map(Into::into),
        }
    }
}

#[tokio::test]
async fn a_first_password_is_in_force_only_where_it_was_tried() {
    let place = Place::open().await;
    let session = place.session().await;
    let added = place.add(&session, true, Some(PASSWORD)).await.unwrap();
    assert!(
        matches!(&added.receipt.proof, Proof::Accepted(why) if why.contains("nothing shows")),
        "{added:?}"
    );
    place.directory.told().checks = true;
    let not_there = DirectoryError::NotOffered("not here".into());
    for (matches, proof) in [
        (Ok(true), Proof::ReadBack("the stored hash verified".into())),
        (
            Ok(false),
            Proof::NotKnown("the password was tried and is not in force".into()),
        ),
        (
            Err(not_there),
            Proof::Accepted("it could not be tried: not here".into()),
        ),
    ] {
        place.directory.told().checked = matches.map(|matches| Checked {
            matches,
            signs_in: matches,
            remark: None,
        });
        let added = place.add(&session, true, Some(PASSWORD)).await.unwrap();
        assert_eq!(added.receipt.proof, proof);
    }
    let added = place.add(&session, true, None).await.unwrap();
    assert_eq!(added.receipt.proof, Proof::NotNeeded);
}

#[tokio::test]
async fn whoever_is_added_with_a_password_and_active_is_to_be_let_in() {
    let place = Place::open().await;
    let session = place.session().await;
    {
        let mut told = place.directory.told();
        told.state.must_change = Fact::Known(true);
        told.state.may_change_password = Fact::Known(false);
        told.checks = true;
        told.checked = Ok(Checked {
            matches: true,
            signs_in: false,
            remark: None,
        });
    }
    for (active, password, ending) in [
        (true, Some(PASSWORD), Ending::CannotSignIn),
        (false, Some(PASSWORD), Ending::Done),
        (true, None, Ending::Done),
    ] {
        let added = place.add(&session, active, password).await.unwrap();
        assert_eq!(added.receipt.ending(), ending, "{active} {password:?}");
    }
}

#[tokio::test]
async fn after_a_lost_answer_the_user_is_looked_for_by_id_and_address() {
    let place = Place::open().await;
    let session = place.session().await;
    let lost = DirectoryError::OutcomeUnknown("cut".into());
    place.directory.told().creation_lost = Some(lost);
    let ours = place.found(&session, "e7@station.example", None).await;
    let namesake = place.found(&session, "other@station.example", None).await;
    let remark = Some("cut short");
    let cut_short = place.found(&session, "other@station.example", remark).await;

    place.directory.told().found = [ours].into();
    let added = place.add(&session, true, None).await.unwrap();
    assert_eq!(added.user.login, "E7");

    place.directory.told().found = vec![namesake; 3].into();
    let answer = place.add(&session, true, None).await;
    assert!(
        matches!(
            &answer,
            Err(DeskError::Directory(DirectoryError::Unavailable { message, .. }))
                if message.contains("no user E7 is there")
        ),
        "{answer:?}"
    );

    place.directory.told().found = vec![cut_short; 3].into();
    let answer = place.add(&session, true, None).await;
    assert!(
        matches!(
            &answer,
            Err(DeskError::Directory(DirectoryError::OutcomeUnknown(why)))
                if why.contains("no user E7 was found so far")
        ),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_plan_of_a_roster_is_on_record_as_one_and_an_import_begins_with_an_intent() {
    let place = Place::open().await;
    let session = place.session().await;
    let import = async |only_plan| {
        let order = ImportOrder {
            only_plan,
            ..ImportOrder::default()
        };
        let at = place.desk.at(&session);
        let seat = at.users_create(Kind::RosterImported).await.unwrap();
        let (watch, report) = (ImportWatch::default(), Box::new(|_| {}));
        seat.import(Box::new(std::iter::empty()), order, watch, report)
            .await
            .unwrap()
    };
    let before = place.records().await.len();
    assert_eq!(import(true).await, Imported::default());
    let event = place.newest().await;
    assert_eq!(
        place.records().await.len(),
        before + 1,
        "one look is one record"
    );
    assert_eq!(event.kind, Kind::RosterImported);
    let detail = event.detail.unwrap();
    assert!(detail.starts_with("only planned: "), "{detail}");
    import(false).await;
    assert_eq!(place.intent().await.kind, Kind::RosterImported);
}
