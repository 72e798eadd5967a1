use super::*;
use crate::receipt::{PasswordReset, Step, StepOutcome};

fn three(window: Option<u32>) -> Profile {
    Profile {
        lockout_attempts: 3,
        lockout_window_min: window,
        ..Profile::nist()
    }
}

async fn fail(local: &Local, user: &User, times: u32) {
    for _ in 0..times {
        assert_eq!(
            local.refusal(user, WRONG).await,
            SignInRefusal::WrongPassword
        );
    }
}

#[tokio::test]
async fn the_last_failure_allowed_locks_and_the_lock_says_since_when_and_after_how_many() {
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    fail(&local, &user, 2).await;
    assert_eq!(local.user(&user).await.state.lock.known(), Some(&None));
    pass(SignedDuration::from_secs(5));
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
    let lock = local.user(&user).await.state.lock;
    let lock = lock.known().unwrap().as_ref().unwrap();
    assert_eq!(lock.since, Some(start() + SignedDuration::from_secs(5)));
    assert_eq!(lock.failures, Some(3));
    assert_eq!(local.refusal(&user, FIRST).await, SignInRefusal::Locked);
    assert_eq!(local.number("SELECT count(*) FROM failures").await, 0);
}

#[tokio::test]
async fn a_failure_counts_for_as_long_as_the_window_and_no_longer() {
    let window = SignedDuration::from_mins(15);
    let least = SignedDuration::from_millis(1);
    let local = Local::open(three(Some(15))).await;
    let user = local.add("E7", Role::None).await;
    fail(&local, &user, 2).await;
    pass(window);
    fail(&local, &user, 2).await;
    pass(window - least);
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
}

#[tokio::test]
async fn without_a_window_failures_count_however_far_apart_they_are() {
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    fail(&local, &user, 2).await;
    pass(SignedDuration::from_hours(24 * 365));
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
}

#[tokio::test]
async fn a_good_sign_in_wipes_the_failures_before_it_and_those_of_nobody_else() {
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    let other = local.add("E8", Role::None).await;
    fail(&local, &user, 2).await;
    fail(&local, &other, 2).await;
    local.sign_in(&user, FIRST).await.unwrap();
    fail(&local, &user, 2).await;
    assert_eq!(local.refusal(&other, WRONG).await, SignInRefusal::NowLocked);
}

#[tokio::test]
async fn an_unlock_takes_the_lock_and_the_failures_away() {
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    fail(&local, &user, 2).await;
    let receipt = local.unlock(&user).await;
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::NotNeeded)]);
    // Two that are forgotten, two anew: no lock.
    fail(&local, &user, 2).await;
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);
    let receipt = local.unlock(&user).await;
    assert_eq!(receipt.steps, [(Step::Unlocked, StepOutcome::Done)]);
    assert_eq!(local.last_record().await.event.steps, receipt.steps);
    assert_eq!(local.user(&user).await.state.lock.known(), Some(&None));
    fail(&local, &user, 2).await;
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn a_reset_forgets_the_failures_and_takes_the_lock_off_only_where_it_is_told_to() {
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    fail(&local, &user, 2).await;
    local.reset(&user, SECOND).await.unwrap();
    fail(&local, &user, 2).await;
    assert_eq!(local.refusal(&user, WRONG).await, SignInRefusal::NowLocked);

    let receipt = local.reset(&user, THIRD).await.unwrap();
    assert_eq!(receipt.steps[2], (Step::Unlocked, StepOutcome::NotNeeded));
    assert_eq!(local.refusal(&user, THIRD).await, SignInRefusal::Locked);

    let receipt = local
        .reset_by(&PasswordReset {
            user: &user.id,
            expected: None,
            password: &secret(FIRST),
            must_change: false,
            unlock: true,
        })
        .await
        .unwrap();
    assert_eq!(receipt.steps[2], (Step::Unlocked, StepOutcome::Done));
    local.sign_in(&user, FIRST).await.unwrap();
}

#[tokio::test]
async fn every_refusal_writes_to_the_disk_whether_it_counts_for_somebody_or_not() {
    const REFUSED: &str = "SELECT value FROM counters WHERE name = 'refused sign-ins'";
    let local = Local::open(three(None)).await;
    let user = local.add("E7", Role::None).await;
    let before = local.number(REFUSED).await;
    local
        .directory
        .sign_in("nobody@station.example", &secret(FIRST))
        .await
        .unwrap_err();
    assert_eq!(local.number(REFUSED).await, before + 1);
    fail(&local, &user, 2).await;
    assert_eq!(local.number(REFUSED).await, before + 3);
    local.sign_in(&user, FIRST).await.unwrap();
    assert_eq!(local.number(REFUSED).await, before + 3);
}
