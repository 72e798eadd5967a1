use super::*;
use crate::console::effect::Tickets;

fn guard() -> EnterGuard {
    EnterGuard::new(true)
}

const fn saves(at: Millis) -> Enter {
    Enter {
        at,
        is_final: true,
        told_as_repeat: false,
    }
}

const fn moves(at: Millis) -> Enter {
    Enter {
        is_final: false,
        ..saves(at)
    }
}

#[test]
fn an_enter_that_saves_nothing_counts_however_fast_it_comes() {
    let mut guard = guard();
    for at in [0, 0, 1, 30, 200, 900] {
        assert_eq!(guard.enter(moves(at)), Verdict::Go, "{at}");
    }
    guard.text(1_000);
    assert_eq!(guard.enter(moves(1_000)), Verdict::Go);
}

#[test]
fn a_held_enter_saves_nothing_and_says_so_once() {
    let mut guard = guard();
    assert_eq!(guard.enter(saves(0)), Verdict::Go);
    assert_eq!(guard.enter(saves(500)), Verdict::Wait);
    assert_eq!(guard.enter(saves(530)), Verdict::Held(true));
    for at in [560, 650, 750] {
        assert_eq!(guard.enter(saves(at)), Verdict::Held(false), "{at}");
    }
    assert!(!guard.take_waiting(), "the train has taken the first along");
    assert_eq!(guard.enter(saves(750 + HELD)), Verdict::Go);
}

#[test]
fn a_second_enter_a_moment_later_counts_unless_others_follow_or_the_screen_has_changed() {
    let mut tickets = Tickets::default();
    for at in [110, 250, 650] {
        let mut guard = guard();
        assert_eq!(guard.enter(saves(0)), Verdict::Go);
        assert_eq!(guard.enter(saves(at)), Verdict::Wait, "{at}");
        let (ticket, other) = (tickets.mint(), tickets.mint());
        guard.waits(ticket);
        assert!(!guard.take_waiting_for(other));
        assert!(guard.take_waiting_for(ticket));
        assert!(!guard.take_waiting(), "once");
        guard.waits(ticket);
        guard.moved();
        assert!(!guard.take_waiting_for(ticket));
    }
}

#[test]
fn a_character_or_another_key_between_two_enters_tells_that_the_key_was_let_go() {
    for let_go in [|guard: &mut EnterGuard| guard.text(10), EnterGuard::other] {
        let mut guard = guard();
        assert_eq!(guard.enter(saves(0)), Verdict::Go);
        let_go(&mut guard);
        assert_eq!(guard.enter(saves(20)), Verdict::Go);
    }
}

#[test]
fn a_repeat_that_the_terminal_tells_is_one() {
    let mut guard = guard();
    let told = Enter {
        told_as_repeat: true,
        ..saves(5_000)
    };
    assert_eq!(guard.enter(told), Verdict::Held(true));
    let told = Enter {
        is_final: false,
        ..told
    };
    assert_eq!(guard.enter(told), Verdict::Go);
}

#[test]
fn where_a_paste_is_only_fast_typing_its_enter_does_not_save() {
    let mut plain = EnterGuard::new(false);
    plain.text(1_000);
    assert_eq!(plain.enter(saves(1_029)), Verdict::Pasted);
    plain.text(2_000);
    assert_eq!(plain.enter(saves(2_030)), Verdict::Go);
    plain.text(3_000);
    assert_eq!(plain.enter(moves(3_000)), Verdict::Go);
    let mut bracketing = guard();
    bracketing.text(1_000);
    assert_eq!(bracketing.enter(saves(1_000)), Verdict::Go);
}

#[test]
fn a_letter_in_the_midst_of_a_text_belongs_to_it() {
    let mut guard = guard();
    assert!(!guard.within_text(0));
    guard.text(1_000);
    assert!(guard.within_text(1_399));
    assert!(!guard.within_text(1_400));
    guard.other();
    assert!(!guard.within_text(1_001), "another key has ended the text");
}
