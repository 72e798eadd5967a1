//! Whatever is done shows in the lists at once.

use super::*;
use crate::{
    directory::{Query, UserChange},
    user::DetailsChange,
};

async fn listed(local: &Local, line: &str) -> Vec<String> {
    let query = Query {
        limit: 50,
        ..Query::typed(line).unwrap()
    };
    let found = local.directory.search(&operator(), &query).await.unwrap();
    let mut logins: Vec<_> = found.rows.into_iter().map(|user| user.login).collect();
    logins.sort();
    logins
}

async fn change(local: &Local, user: &User, change: &UserChange) {
    let intent = local.intent(Kind::UserChanged).await;
    let seen = local.user(user).await.version;
    local
        .directory
        .change(&operator(), &user.id, &seen, change, &intent)
        .await
        .unwrap();
}

#[tokio::test]
async fn every_act_shows_in_the_lists_at_once() {
    let local = Local::open(Profile {
        lockout_attempts: 1,
        temp_password_hours: 1,
        ..Profile::nist()
    })
    .await;
    let user = local.add("E7", Role::None).await;
    let none: [&str; 0] = [];
    assert_eq!(listed(&local, "is:never-signed-in e7").await, ["E7"]);
    local.sign_in(&user, FIRST).await.unwrap();
    assert_eq!(listed(&local, "is:never-signed-in e7").await, none);

    local.refusal(&user, WRONG).await;
    assert_eq!(listed(&local, "is:locked").await, ["E7"]);
    assert_eq!(listed(&local, "-is:locked").await, ["E0"]);
    local.unlock(&user).await;
    assert_eq!(listed(&local, "is:locked").await, none);

    let reset = PasswordReset {
        user: &user.id,
        expected: None,
        password: &secret(SECOND),
        must_change: true,
        unlock: false,
    };
    pass(SignedDuration::from_secs(1));
    local.reset_by(&reset).await.unwrap();
    assert_eq!(listed(&local, "is:unused").await, ["E7"]);
    assert_eq!(listed(&local, "is:must-change").await, ["E7"]);
    assert_eq!(listed(&local, "is:expired").await, none);
    // Nothing is written: the clock alone expires it.
    pass(SignedDuration::from_hours(1));
    assert_eq!(listed(&local, "is:expired").await, ["E7"]);

    change(
        &local,
        &user,
        &UserChange {
            active: Some(false),
            role: Some(Role::Viewer),
            kind: Some(AccountKind::Unit),
            valid_until: Some(Some(now() + SignedDuration::from_hours(24))),
            details: DetailsChange {
                station: Some("Station 12".into()),
                ..DetailsChange::default()
            },
            ..UserChange::default()
        },
    )
    .await;
    for line in [
        "is:disabled",
        "role:viewer",
        "kind:unit",
        "station:12",
        "is:ends-this-week",
        "test kind:unit station:\"station 12\" -is:active",
    ] {
        assert_eq!(listed(&local, line).await, ["E7"], "{line}");
    }
    assert_eq!(listed(&local, "is:operator").await, ["E0", "E7"]);

    assert_eq!(listed(&local, "-is:disabled").await, ["E0"]);
}

#[tokio::test]
async fn many_changes_are_folded_in_and_the_sets_stay_proved() {
    let local = Local::open(Profile::nist()).await;
    local
        .execute(
            "WITH RECURSIVE n (row) AS (SELECT 1 UNION ALL SELECT row + 1 FROM n WHERE row < 400)
             INSERT INTO users (row, login, email, given, family, kind, role, active, version)
             SELECT row, 'E' || row, '', '', 'Oak', row % 4, 0, row % 2, 1 FROM n;
             UPDATE counters SET value = 401 WHERE name = 'users';",
        )
        .await;
    let waiting = "SELECT count(*) FROM facets_waiting";
    assert_eq!(local.number(waiting).await, 401);
    assert_eq!(
        listed(&local, "kind:unit is:active -is:disabled")
            .await
            .len(),
        50
    );
    // The next act folds them in.
    local.add("E900", Role::None).await;
    assert_eq!(local.number(waiting).await, 0);
    assert_eq!(
        listed(&local, "is:disabled kind:residential").await.len(),
        0
    );
    assert_eq!(listed(&local, "is:active kind:residential").await.len(), 50);
    let query = Query {
        limit: 1,
        ..Query::typed("is:disabled").unwrap()
    };
    let found = local.directory.search(&operator(), &query).await.unwrap();
    assert_eq!(found.total, crate::directory::Total::Exact(200));
}

#[tokio::test]
async fn a_suggestion_keeps_the_filters_and_finds_somebody_under_them() {
    let local = Local::open(Profile::nist()).await;
    let ann = local.add("Vasquez", Role::None).await;
    let ask = async |line: &str| {
        let query = Query {
            limit: 5,
            ..Query::typed(line).unwrap()
        };
        local.directory.search(&operator(), &query).await.unwrap()
    };
    let found = ask("vaskuez is:active").await;
    assert_eq!(found.meant.as_deref(), Some("is:active vasquez"));
    change(
        &local,
        &ann,
        &UserChange {
            active: Some(false),
            ..UserChange::default()
        },
    )
    .await;
    assert_eq!(ask("vaskuez is:active").await.meant, None);
}
