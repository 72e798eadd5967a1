//! One act in a directory that takes one thing at a time: what is asked in which order, and what is told
//! of what was not done.

use super::*;
use crate::{directory::PasswordChange, receipt::Ending};

/// Password, name, status, role and sessions at once.
fn everything() -> UserChange {
    UserChange {
        given_name: Some("Zoe".into()),
        active: Some(true),
        role: Some(Role::Viewer),
        unlock: true,
        end_sessions: true,
        password: Some(PasswordChange::Set {
            password: secret(PASSWORD),
            generated: false,
        }),
        ..UserChange::default()
    }
}

fn done(step: Step, version: &str) -> Result<Receipt, DirectoryError> {
    Ok(Receipt {
        steps: vec![(step, StepOutcome::Done)],
        proof: if step == Step::PasswordSet {
            Proof::ReadBack("seen".into())
        } else {
            Proof::NotNeeded
        },
        version: Some(Version(version.into())),
        server: None,
        after: None,
        recorded: false,
    })
}

impl Place {
    async fn makes(&self, change: UserChange) -> Result<Receipt, DeskError> {
        let session = self.session().await;
        let seat = self.desk.at(&session).users_change(Kind::UserChanged).await;
        let seven = UserId("7".into());
        let from = Version("7".into());
        seat.unwrap()
            .change_user(&seven, Some(&from), &change, "INC-7")
            .await
    }
}

#[tokio::test]
async fn each_part_begins_from_the_version_that_the_one_before_has_left_and_one_receipt_tells_all()
{
    let place = Place::open().await;
    place.directory.told().answers = [
        done(Step::PasswordSet, "8"),
        done(Step::Changed, "9"),
        done(Step::SessionsEnded, "10"),
    ]
    .into();
    let receipt = place.makes(everything()).await.unwrap();
    let wrote = place.directory.told().wrote.clone();
    let wrote: Vec<(&str, &str)> = wrote.iter().map(|(what, from)| (*what, &**from)).collect();
    assert_eq!(
        wrote,
        [
            ("password", "7"),
            ("user changed", "8"),
            ("end sessions", ""),
        ]
    );
    let steps: Vec<Step> = receipt.steps.iter().map(|(step, _)| *step).collect();
    assert_eq!(
        steps,
        [Step::PasswordSet, Step::Changed, Step::SessionsEnded]
    );
    assert_eq!(receipt.proof, Proof::ReadBack("seen".into()));
    assert_eq!(receipt.version, Some(Version("10".into())));
    // One intent and one outcome, with the reason and every step.
    let event = place.newest().await;
    assert_eq!(event.kind, Kind::PasswordReset);
    assert_eq!(event.reason.as_deref(), Some("INC-7"));
    assert_eq!(event.steps, receipt.steps);
}

#[tokio::test]
async fn what_was_not_done_after_a_failure_is_told_and_nothing_more_is_tried() {
    let place = Place::open().await;
    let refusal = DirectoryError::Forbidden {
        message: "no write on givenName".into(),
        raw: None,
    };
    place.directory.told().answers = [done(Step::PasswordSet, "8"), Err(refusal)].into();
    let receipt = place.makes(everything()).await.unwrap();
    assert_eq!(place.directory.told().wrote.len(), 2, "nothing after it");
    assert_eq!(receipt.ending(), Ending::Refused);
    let told: Vec<String> = receipt
        .steps
        .iter()
        .map(|(step, how)| format!("{}: {}", step.words(), how.sentence()))
        .collect();
    assert_eq!(told[0], "password set: done");
    for (nth, step) in ["enabled", "role assigned", "user changed"]
        .into_iter()
        .enumerate()
    {
        let line = &told[nth + 1];
        assert!(line.starts_with(&format!("{step}: refused: ")), "{told:?}");
        assert!(line.contains("no write on givenName"), "{told:?}");
    }
    let rest = "refused: not tried, since enabled failed";
    assert_eq!(told[4], format!("sessions and tokens ended: {rest}"));
    assert_eq!(place.newest().await.outcome, Outcome::Partial);
}

#[tokio::test]
async fn what_fails_at_first_fails_as_a_whole() {
    let place = Place::open().await;
    let refusal = DirectoryError::NotOffered("not here".into());
    place.directory.told().answers = [Err(refusal.clone())].into();
    let answer = place.makes(everything()).await;
    assert_eq!(answer.unwrap_err(), DeskError::Directory(refusal));
    assert_eq!(place.directory.told().wrote.len(), 1);
}

#[tokio::test]
async fn a_directory_that_takes_it_all_at_once_is_asked_once() {
    let place = Place::open().await;
    place.directory.told().records_outcome = true;
    place.makes(everything()).await.unwrap();
    let wrote = place.directory.told().wrote.clone();
    assert_eq!(wrote, [("user changed", "7".to_owned())]);
}

#[tokio::test]
async fn each_part_wants_its_permission_and_without_one_of_them_nothing_is_written() {
    use Permission::{RolesUpdate, UsersForceLogout, UsersUpdate, UsersUpdateStatus};
    for missing in [
        UsersUpdate,
        UsersUpdateStatus,
        RolesUpdate,
        UsersForceLogout,
    ] {
        let place = Place::open().await;
        place.directory.told().permissions = Permissions::all().without(missing);
        let refused = place.makes(everything()).await.unwrap_err();
        assert_eq!(refused, DeskError::Lacks(missing));
        assert_eq!(place.directory.told().wrote, []);
    }
}

#[tokio::test]
async fn a_generated_password_is_taken_where_nobody_may_type_one() {
    let mut place = Place::open().await;
    place.desk.profiles = Profiles::from(Profile {
        operator_may_type_password: false,
        ..Profile::nist()
    });
    let set = |generated| UserChange {
        given_name: Some("Zoe".into()),
        password: Some(PasswordChange::Set {
            password: secret(PASSWORD),
            generated,
        }),
        ..UserChange::default()
    };
    let refused = place.makes(set(false)).await;
    assert_eq!(refused.unwrap_err(), DeskError::TypingNotAllowed);
    place.makes(set(true)).await.unwrap();
}
