//! The operator is looked at once more within the transaction of an act.

use super::*;
use crate::{directory::UserChange, operator::Changed, user::Version};

const DEMOTED: &str = "UPDATE users SET role = 1, changed_by = 'A1', changed_what = 'role given',
    changed_at = 1790000000000 WHERE login = 'E5'";

fn what<T: std::fmt::Debug>(answer: Result<T, DirectoryError>) -> Changed {
    match answer {
        Err(DirectoryError::OperatorChanged(change)) => change.what,
        other => panic!("not refused: {other:?}"),
    }
}

/// An administrator who has signed in, and somebody to act on.
async fn two(local: &Local) -> (Operator, User) {
    let mallory = local.add("E5", Role::Administrator).await;
    let victim = local.add("E7", Role::None).await;
    (local.sign_in(&mallory, FIRST).await.unwrap(), victim)
}

#[tokio::test]
async fn a_demotion_between_the_look_and_the_commit_refuses_a_reset() {
    let local = Local::open(Profile::nist()).await;
    let (operator, victim) = two(&local).await;
    let password = secret(SECOND);
    let reset = PasswordReset {
        user: &victim.id,
        expected: None,
        password: &password,
        must_change: true,
        unlock: false,
    };
    let intent = local.intent(Kind::PasswordReset).await;
    let looked_at = local.directory.operator_now(&operator).await;
    assert_eq!(looked_at.as_ref(), Ok(&operator));
    let act = local.directory.reset_password(&operator, &reset, &intent);
    let refused = local.between(DEMOTED, act).await;
    let Err(DirectoryError::OperatorChanged(change)) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        change.to_string(),
        "your role was changed by A1 at 2026-09-21 14:13:20 UTC"
    );
    assert_eq!(local.user(&victim).await.version, victim.version);
    local.sign_in(&victim, FIRST).await.unwrap();
}

#[tokio::test]
async fn every_write_looks_at_the_operator_within_its_transaction() {
    let local = Local::open(Profile::nist()).await;
    let (operator, victim) = two(&local).await;
    local.execute(DEMOTED).await;
    let (directory, by) = (&local.directory, &operator);
    let intent = local.intent(Kind::UserChanged).await;
    let seen = Version("1".into());
    let new = NewUser {
        login: "E9".into(),
        email: "e9@station.example".into(),
        given_name: "New".into(),
        family_name: "Operator".into(),
        kind: AccountKind::Staff,
        role: Role::Administrator,
        active: true,
        must_change: false,
        ..NewUser::default()
    };
    let change = UserChange {
        role: Some(Role::Administrator),
        ..UserChange::default()
    };
    let import = crate::directory::Import {
        rows: Box::new([Ok(crate::directory::RosterRow::whole(2, new.clone()))].into_iter()),
        order: crate::directory::ImportOrder::default(),
        judge: Box::new(|_, _| Ok(())),
        report: Box::new(|_| {}),
        watch: crate::directory::ImportWatch::default(),
    };
    let none = Provisioned::default();
    let told = [
        what(directory.create(by, &new, &none, None, &intent).await),
        what(directory.import(by, import, &intent).await),
        what(
            directory
                .change(by, &victim.id, &seen, &change, &intent)
                .await,
        ),
        what(directory.unlock(by, &victim.id, None, &intent).await),
        what(directory.remove(by, &victim.id, &seen, &intent).await),
        what(
            directory
                .change_own_password(by, &secret(FIRST), &secret(SECOND), &intent)
                .await,
        ),
    ];
    assert_eq!(told, [Changed::Role; 6]);
    assert_eq!(local.number("SELECT count(*) FROM users").await, 3);
    assert_eq!(local.user(&victim).await.version, victim.version);
}

#[tokio::test]
async fn every_read_looks_at_the_operator_within_its_transaction() {
    let local = Local::open(Profile::nist()).await;
    let (operator, victim) = two(&local).await;
    let directory: &dyn Directory = &local.directory;
    let (by, id) = (&operator, &victim.id);
    let query = crate::directory::Query {
        text: "E7".into(),
        limit: 5,
        offset: 0,
        ..crate::directory::Query::default()
    };
    let page = || crate::directory::EntryQuery {
        filter: None,
        sort: None,
        start: crate::directory::PageStart::Index(0),
        count: 5,
        time: std::time::Duration::from_secs(5),
    };
    let guess = secret(FIRST);
    directory.user(by, id).await.unwrap();
    directory.entries(by, page()).await.unwrap();
    local.execute(DEMOTED).await;
    let seen = Version("1".into());
    let told = [
        what(directory.user(by, id).await),
        what(directory.search(by, &query).await),
        what(directory.entry(by, id).await),
        what(directory.entries(by, page()).await),
        what(directory.check_password(by, id, &guess).await),
        what(directory.settle(by, id, Some(&seen)).await),
    ];
    assert_eq!(told, [Changed::Role; 6]);
}
