//! Details read from attributes and written to them.

use futures_util::future::join_all;
use halligan::{
    directory::{Directory, DirectoryError, UserChange},
    receipt::{Receipt, Step, StepOutcome},
    user::{Detail, DetailsChange, Fact, User},
};

use super::{
    servers::Server,
    support::{Desk, intent},
};

async fn change(desk: &Desk, user: &User, change: UserChange) -> Result<Receipt, DirectoryError> {
    let (operator, intent) = (&desk.operator, intent());
    desk.directory
        .change(operator, &user.id, &user.version, &change, &intent)
        .await
}

fn details(texts: [&str; 4]) -> UserChange {
    let [display_name, phone, station, job_title] = texts.map(|text| Some(text.to_owned()));
    UserChange {
        details: DetailsChange {
            display_name,
            phone,
            station,
            job_title,
            ..DetailsChange::default()
        },
        ..UserChange::default()
    }
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_details_are_written_shown_and_taken_away_and_who_lacks_the_right_is_told() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    let user = desk.user("more15").await;
    let told = ["Capt. More", "303 555 0142", "Station 7", "Captain"];
    let receipt = change(&desk, &user, details(told)).await.expect("written");
    assert_eq!(receipt.steps, [(Step::Changed, StepOutcome::Done)]);
    let now = desk.user("more15").await;
    let Fact::Known(shown) = &now.details else {
        panic!("{:?}", now.details);
    };
    assert_eq!(Detail::ALL.map(|detail| shown.of(detail)), told);
    // A value that somebody else has written since is not overwritten.
    let stale = change(&desk, &user, details(["", "112", "", ""])).await;
    assert!(
        matches!(&stale, Err(DirectoryError::Conflict { what, .. }) if what == "display name, phone, station, job title"),
        "{stale:?}"
    );
    let refused = details(["", "call me", "", ""]);
    let refused = change(&desk, &now, refused).await;
    assert!(
        matches!(refused, Err(DirectoryError::Invalid { .. })),
        "{refused:?}"
    );
    let reader = Server::OpenLdap.desk().await;
    let seen = reader.user("more15").await;
    let refused = change(&reader, &seen, details(["", "", "Station 9", ""])).await;
    assert!(
        matches!(&refused, Err(DirectoryError::Forbidden { .. })),
        "{refused:?}"
    );
    let receipt = change(&desk, &now, details(["", "", "", ""])).await;
    let receipt = receipt.expect("taken away");
    assert_eq!(receipt.steps, [(Step::Changed, StepOutcome::Done)]);
    let now = desk.user("more15").await;
    let shown = now.details.known().expect("known");
    assert_eq!(Detail::ALL.map(|detail| shown.of(detail)), [""; 4]);
    for not_here in [
        UserChange {
            login: Some("more15b".into()),
            ..UserChange::default()
        },
        UserChange {
            valid_from: Some(None),
            ..UserChange::default()
        },
        UserChange {
            valid_until: Some("2099-12-31T00:00:00Z".parse().ok()),
            ..UserChange::default()
        },
    ] {
        let refused = change(&desk, &now, not_here).await;
        assert!(
            matches!(&refused, Err(DirectoryError::NotOffered(_))),
            "{refused:?}"
        );
    }
}

fn one(detail: Detail, text: &str) -> UserChange {
    let mut change = UserChange::default();
    *change.details.of_mut(detail) = Some(text.to_owned());
    change
}

fn phone_of(user: &User) -> &str {
    let details = user.details.known().expect("known");
    details.of(Detail::Phone)
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn an_attribute_that_somebody_else_has_changed_is_kept_and_every_other_is_written() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    let user = desk.user("more14").await;
    let receipt = change(&desk, &user, one(Detail::Phone, "911")).await;
    let left = receipt.expect("written").version.expect("a version");
    // What was not written is compared with what was seen at first, what was written with what it became.
    let seen = User {
        version: left,
        ..user.clone()
    };
    change(&desk, &seen, one(Detail::Station, "Station 7"))
        .await
        .expect("nobody has changed it");
    let stale = change(&desk, &user, one(Detail::Phone, "912")).await;
    assert!(
        matches!(&stale, Err(DirectoryError::Conflict { by: Some(_), at: Some(_), what }) if what == "phone"),
        "{stale:?}"
    );
    assert_eq!(phone_of(&desk.user("more14").await), "911");
    change(&desk, &user, one(Detail::JobTitle, "Captain"))
        .await
        .expect("others' changes of other attributes are no conflict");
    let taken_away = change(&desk, &seen, one(Detail::Phone, "")).await;
    taken_away.expect("as it was seen");
    let gone = change(&desk, &seen, one(Detail::Phone, "913")).await;
    assert!(
        matches!(&gone, Err(DirectoryError::Conflict { what, .. }) if what == "phone"),
        "{gone:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn a_reset_does_not_make_an_attribute_seen_that_somebody_else_has_changed_before_it() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    let user = desk.user("more17").await;
    change(&desk, &user, one(Detail::Phone, "911"))
        .await
        .expect("written");
    let reset = desk
        .reset_with(
            &user.id,
            "Temp-Plm7xqRd-9",
            Some(&user.version),
            false,
            false,
        )
        .await
        .expect("reset");
    let seen = User {
        version: reset.version.expect("a version"),
        ..user
    };
    let stale = change(&desk, &seen, one(Detail::Phone, "912")).await;
    assert!(
        matches!(&stale, Err(DirectoryError::Conflict { what, .. }) if what == "phone"),
        "{stale:?}"
    );
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn of_several_who_write_one_attribute_at_once_one_writes_and_the_others_are_told() {
    let desk = Server::OpenLdap.signed_in_as("chief").await;
    let user = desk.user("more18").await;
    change(&desk, &user, one(Detail::Phone, "911"))
        .await
        .expect("written");
    for round in 0..10 {
        let user = &desk.user("more18").await;
        let desk = &desk;
        let writers = (0..6).map(|writer| async move {
            let number = format!("303 555 {round}{writer:03}");
            (
                change(desk, user, one(Detail::Phone, &number)).await,
                number,
            )
        });
        let answers = join_all(writers).await;
        let winners: Vec<_> = answers
            .iter()
            .filter(|(answer, _)| answer.is_ok())
            .map(|(_, number)| number.as_str())
            .collect();
        let all_told = answers.iter().all(|(answer, _)| {
            answer
                .as_ref()
                .is_ok_and(|receipt| receipt.steps == [(Step::Changed, StepOutcome::Done)])
                || matches!(answer, Err(DirectoryError::Conflict { what, .. }) if what == "phone")
        });
        assert!(all_told, "round {round}: {answers:?}");
        let now = desk.user("more18").await;
        assert_eq!(winners, [phone_of(&now)], "round {round}: {answers:?}");
    }
}
