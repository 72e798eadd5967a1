//! Details read from attributes and written to them.

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
