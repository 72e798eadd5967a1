use super::*;

#[test]
fn an_enter_right_after_a_character_does_not_submit() {
    let mut guard = EnterGuard::default();
    guard.text(1_000);
    assert_eq!(guard.enter(1_029, true), Verdict::TooFast);
    guard.text(2_000);
    assert_eq!(guard.enter(2_000, false), Verdict::Go);
    guard.text(3_000);
    assert_eq!(guard.enter(3_030, true), Verdict::Go);
}

#[test]
fn a_held_enter_does_nothing_on_the_next_screen_until_it_is_let_go() {
    let mut guard = EnterGuard::default();
    assert_eq!(guard.enter(0, true), Verdict::Go);
    guard.moved();
    for at in [500, 530, 560, 1_200] {
        assert_eq!(guard.enter(at, true), Verdict::Repeat, "{at}");
    }
    assert_eq!(guard.enter(1_900, true), Verdict::Go);
    guard.moved();
    guard.other();
    assert_eq!(guard.enter(1_950, true), Verdict::Go);
}

#[test]
fn a_character_or_another_key_ends_a_held_enter() {
    let mut guard = EnterGuard::default();
    for let_go in [|guard: &mut EnterGuard| guard.text(900), EnterGuard::other] {
        assert_eq!(guard.enter(500, false), Verdict::Go);
        guard.moved();
        let_go(&mut guard);
        assert_eq!(guard.enter(1_000, true), Verdict::Go);
    }
}

#[test]
fn an_enter_on_the_same_screen_may_be_repeated_as_fast_as_the_key_does() {
    let mut guard = EnterGuard::default();
    for at in [0, 30, 60, 90] {
        assert_eq!(guard.enter(at, true), Verdict::Go, "{at}");
    }
    guard.moved();
    assert_eq!(guard.enter(120, true), Verdict::Repeat);
    // Let go and pressed again: the new screen is the one that is meant from now on.
    assert_eq!(guard.enter(120 + HELD, true), Verdict::Go);
    assert_eq!(guard.enter(121 + HELD, true), Verdict::Go);
}

#[test]
fn a_first_enter_counts_on_whatever_screen() {
    let mut guard = EnterGuard::default();
    guard.moved();
    assert_eq!(guard.enter(0, true), Verdict::Go);
}

#[test]
fn an_enter_that_came_too_fast_counts_when_it_is_pressed_again() {
    let mut guard = EnterGuard::default();
    guard.text(0);
    assert_eq!(guard.enter(PASTE - 1, true), Verdict::TooFast);
    assert_eq!(guard.enter(PASTE, true), Verdict::Go);
}
