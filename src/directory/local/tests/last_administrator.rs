//! The administrator without whom nobody could unlock anybody: slowed down, not locked.

use super::*;

fn three() -> Profile {
    Profile {
        lockout_attempts: 3,
        ..Profile::nist()
    }
}

const HERE: &str = "tty /dev/tty1";
const THERE: &str = "ssh 192.0.2.7";
const REFUSED: &str = "SELECT value FROM counters WHERE name = 'refused sign-ins'";

impl Local {
    async fn guess(&self, user: &User, password: &str, place: &str) -> Result<(), DirectoryError> {
        let typed = secret(password);
        let answer = self.directory.sign_in_at(&user.login, &typed, place).await;
        answer.map(drop)
    }

    /// Seconds to wait, after a guess that is answered with them.
    async fn must_wait(&self, user: &User, password: &str, place: &str) -> u64 {
        match self.guess(user, password, place).await {
            Err(DirectoryError::TryLater {
                seconds,
                user: told,
            }) => {
                assert_eq!(told.login, user.login);
                seconds
            }
            other => panic!("{other:?}"),
        }
    }

    async fn fails(&self, user: &User, place: &str) {
        let answer = self.guess(user, WRONG, place).await;
        assert!(
            matches!(
                answer,
                Err(DirectoryError::SignIn {
                    reason: SignInRefusal::WrongPassword,
                    ..
                })
            ),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn the_only_administrator_waits_ever_longer_where_the_guesses_come_from_and_nowhere_else() {
    let local = Local::open(three()).await;
    let only = local.add("A1", Role::Administrator).await;
    for _ in 0..3 {
        local.fails(&only, HERE).await;
    }
    assert_eq!(local.user(&only).await.state.lock.known(), Some(&None));
    for expected in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600] {
        assert_eq!(local.must_wait(&only, WRONG, HERE).await, expected);
        // Part of a second is a second to wait.
        pass(SignedDuration::from_millis(1));
        assert_eq!(local.must_wait(&only, FIRST, HERE).await, expected);
        pass(SignedDuration::from_millis(
            i64::try_from(expected).unwrap() * 1000 - 2,
        ));
        // The right password waits too, and neither counts.
        assert_eq!(local.must_wait(&only, FIRST, HERE).await, 1);
        pass(SignedDuration::from_millis(1));
        local.fails(&only, HERE).await;
    }
    local.guess(&only, FIRST, THERE).await.unwrap();
    // A good sign-in forgets the failures.
    local.guess(&only, FIRST, HERE).await.unwrap();
}

#[tokio::test]
async fn after_a_hundred_failures_in_a_row_even_the_only_administrator_is_locked() {
    let local = Local::open(three()).await;
    let only = local.add("A1", Role::Administrator).await;
    for nth in 1..100 {
        local.fails(&only, &format!("ssh 192.0.2.{nth}")).await;
    }
    let last = local.guess(&only, WRONG, HERE).await;
    assert!(
        matches!(
            last,
            Err(DirectoryError::SignIn {
                reason: SignInRefusal::NowLocked,
                ..
            })
        ),
        "{last:?}"
    );
}

#[tokio::test]
async fn an_administrator_beside_whom_another_can_sign_in_is_locked_like_anybody() {
    let local = Local::open(three()).await;
    let one = local.add("A1", Role::Administrator).await;
    let other = local.add("A2", Role::Administrator).await;
    let count = || local.directory.administrators_who_can_sign_in();
    assert_eq!(count().await, Ok(2));
    local.fails(&one, HERE).await;
    local.fails(&one, HERE).await;
    assert_eq!(local.refusal(&one, WRONG).await, SignInRefusal::NowLocked);
    assert_eq!(count().await, Ok(1));
    // Now the other is the only one left.
    for _ in 0..3 {
        local.fails(&other, HERE).await;
    }
    assert_eq!(local.must_wait(&other, FIRST, HERE).await, 30);
}

#[tokio::test]
async fn under_cjis_the_only_administrator_is_locked_and_a_recovery_is_the_way_back() {
    let local = Local::open(Profile {
        lockout_attempts: 3,
        ..Profile::cjis()
    })
    .await;
    let only = local.add("A1", Role::Administrator).await;
    local.fails(&only, HERE).await;
    local.fails(&only, HERE).await;
    assert_eq!(local.refusal(&only, WRONG).await, SignInRefusal::NowLocked);
    let intent = local.intent(Kind::Recovered).await;
    local
        .directory
        .recover(&only.id, None, &intent)
        .await
        .unwrap();
    local.guess(&only, FIRST, HERE).await.unwrap();
}

#[tokio::test]
async fn guesses_that_come_at_once_are_answered_one_at_a_time() {
    let local = Local::open(three()).await;
    let only = local.add("A1", Role::Administrator).await;
    for _ in 0..2 {
        local.fails(&only, HERE).await;
    }
    let guesses = (0..8).map(|_| local.guess(&only, WRONG, HERE));
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers
        .iter()
        .filter(|answer| matches!(answer, Err(DirectoryError::SignIn { .. })))
        .count();
    assert_eq!(looked_at, 1, "{answers:?}");
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 3);
}

#[tokio::test]
async fn a_wait_takes_no_turn_at_the_hash_and_writes_nothing() {
    let local = Local::open(three()).await;
    let only = local.add("A1", Role::Administrator).await;
    for _ in 0..3 {
        local.fails(&only, HERE).await;
    }
    let before = local.number(REFUSED).await;
    // A hash that cannot be verified would be an error, not a wait.
    local.execute("UPDATE passwords SET hash = 'damaged'").await;
    assert_eq!(local.must_wait(&only, FIRST, HERE).await, 30);
    assert_eq!(local.number(REFUSED).await, before);
}

#[tokio::test]
async fn a_damaged_time_of_the_last_failure_ends_no_wait() {
    let local = Local::open(three()).await;
    let only = local.add("A1", Role::Administrator).await;
    for _ in 0..3 {
        local.fails(&only, HERE).await;
    }
    local
        .execute("UPDATE failures SET at = 9000000000000000000")
        .await;
    let answer = local.guess(&only, FIRST, HERE).await;
    assert!(
        matches!(answer, Err(DirectoryError::Unavailable { .. })),
        "{answer:?}"
    );
}
