use super::*;

const SECONDS: Duration = Duration::from_secs(1);

#[test]
fn a_burst_is_free_and_then_one_failure_wears_off_at_a_time() {
    let throttle = Throttle::new(3, SECONDS * 10);
    let start = Instant::now();
    for _ in 0..3 {
        assert_eq!(throttle.reserve("a", start), Ok(()));
    }
    assert_eq!(throttle.reserve("a", start), Err(SECONDS * 10));
    assert_eq!(throttle.reserve("b", start), Ok(()));
    assert_eq!(throttle.reserve("a", start + SECONDS * 5), Err(SECONDS * 5));
    assert_eq!(throttle.reserve("a", start + SECONDS * 10), Ok(()));
    assert_eq!(
        throttle.reserve("a", start + SECONDS * 10),
        Err(SECONDS * 10)
    );
}

#[test]
fn of_a_hundred_at_once_no_more_than_the_burst_are_let_through() {
    let throttle = Throttle::new(5, SECONDS * 10);
    let now = Instant::now();
    let let_through: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..100)
            .map(|_| scope.spawn(|| usize::from(throttle.reserve("a", now).is_ok())))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(let_through, 5);
}

#[test]
fn a_success_wipes_the_slate() {
    let throttle = Throttle::new(1, SECONDS * 10);
    let now = Instant::now();
    throttle.reserve("a", now).unwrap();
    throttle.succeeded(&"a");
    assert_eq!(throttle.reserve("a", now), Ok(()));
}

#[test]
fn a_try_that_was_no_failure_is_given_back_and_no_more_than_that() {
    let throttle = Throttle::new(2, SECONDS * 10);
    let now = Instant::now();
    throttle.reserve("a", now).unwrap();
    throttle.reserve("a", now).unwrap();
    throttle.give_back(&"a");
    assert_eq!(throttle.reserve("a", now), Ok(()));
    assert_eq!(throttle.reserve("a", now), Err(SECONDS * 10));
    for _ in 0..9 {
        throttle.give_back(&"a");
    }
    throttle.reserve("a", now).unwrap();
    throttle.reserve("a", now).unwrap();
    assert!(throttle.reserve("a", now).is_err(), "nothing is saved up");
}

#[test]
fn failures_wear_off_to_nothing_and_no_further() {
    let throttle = Throttle::new(1, SECONDS * 10);
    let start = Instant::now();
    throttle.reserve("a", start).unwrap();
    let late = start + SECONDS * 1000;
    assert_eq!(throttle.reserve("a", late), Ok(()));
    assert_eq!(throttle.reserve("a", late), Err(SECONDS * 10));
}

#[test]
fn however_long_somebody_hammers_the_wait_stays_that_for_one_failure() {
    let throttle = Throttle::new(4, SECONDS * 10);
    let start = Instant::now();
    for _ in 0..1000 {
        let _ = throttle.reserve("a", start);
    }
    assert_eq!(throttle.reserve("a", start), Err(SECONDS * 10));
}

#[test]
fn so_many_keys_are_kept_and_then_those_that_have_worn_off_are_forgotten() {
    let throttle = Throttle::new(1, SECONDS * 10);
    let start = Instant::now();
    for key in 0..KEPT - 1 {
        throttle.reserve(key, start).unwrap();
    }
    let late = start + SECONDS * 10;
    throttle.reserve(usize::MAX, late).unwrap();
    assert_eq!(throttle.lock().len(), KEPT, "there was still room");
    throttle.reserve(usize::MAX - 1, late).unwrap();
    assert_eq!(throttle.lock().len(), 2, "the old ones are gone");
    let half = start + SECONDS * 15;
    assert_eq!(throttle.reserve(usize::MAX, half), Err(SECONDS * 5));
}
