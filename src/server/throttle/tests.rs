use super::*;

const SECONDS: Duration = Duration::from_secs(1);

#[test]
fn a_burst_is_free_and_then_one_failure_wears_off_at_a_time() {
    let throttle = Throttle::new(3, Duration::from_secs(10));
    let start = Instant::now();
    for _ in 0..3 {
        assert_eq!(throttle.admit(&"a", start), Ok(()));
        throttle.failed("a", start);
    }
    assert_eq!(throttle.admit(&"a", start), Err(Duration::from_secs(10)));
    assert_eq!(throttle.admit(&"b", start), Ok(()));
    assert_eq!(
        throttle.admit(&"a", start + Duration::from_secs(10)),
        Ok(())
    );
}

#[test]
fn a_success_wipes_the_slate() {
    let throttle = Throttle::new(1, Duration::from_secs(10));
    let now = Instant::now();
    throttle.failed("a", now);
    throttle.succeeded(&"a");
    assert_eq!(throttle.admit(&"a", now), Ok(()));
}

#[test]
fn failures_beyond_the_burst_are_waited_for_one_by_one() {
    let throttle = Throttle::new(2, SECONDS * 10);
    let start = Instant::now();
    for _ in 0..3 {
        throttle.failed("a", start);
    }
    assert_eq!(throttle.admit(&"a", start), Err(SECONDS * 20));
    assert_eq!(throttle.admit(&"a", start + SECONDS * 5), Err(SECONDS * 15));
    // Half worn off, then one more.
    throttle.failed("a", start + SECONDS * 5);
    assert_eq!(throttle.admit(&"a", start + SECONDS * 5), Err(SECONDS * 25));
    assert_eq!(throttle.admit(&"a", start + SECONDS * 30), Ok(()));
}

#[test]
fn failures_wear_off_to_nothing_and_no_further() {
    let throttle = Throttle::new(1, SECONDS * 10);
    let start = Instant::now();
    throttle.failed("a", start);
    let late = start + SECONDS * 1000;
    assert_eq!(throttle.admit(&"a", late), Ok(()));
    throttle.failed("a", late);
    assert_eq!(throttle.admit(&"a", late), Err(SECONDS * 10));
}

#[test]
fn however_long_somebody_hammers_the_wait_stays_within_a_burst() {
    let throttle = Throttle::new(4, SECONDS * 10);
    let start = Instant::now();
    for _ in 0..1000 {
        throttle.failed("a", start);
    }
    // Twice the burst at most: five too many, each of ten seconds.
    assert_eq!(throttle.admit(&"a", start), Err(SECONDS * 50));
}

#[test]
fn so_many_keys_are_kept_and_then_those_that_have_worn_off_are_forgotten() {
    let throttle = Throttle::new(1, SECONDS * 10);
    let start = Instant::now();
    for key in 0..KEPT - 1 {
        throttle.failed(key, start);
    }
    let late = start + SECONDS * 10;
    throttle.failed(usize::MAX, late);
    assert_eq!(throttle.lock().len(), KEPT, "there was still room");
    throttle.failed(usize::MAX - 1, late);
    assert_eq!(throttle.lock().len(), 2, "the old ones are gone");
    let half = start + SECONDS * 15;
    assert_eq!(throttle.admit(&usize::MAX, half), Err(SECONDS * 5));
}
