//! A line that holds keys back and delivers them in bunches, as a busy radio link or a serial server
//! does. Whatever the bunches, no key is lost, and no password stands in a clear field. The clock is
//! the test's own.

use crossterm::event::{Event, KeyCode, KeyEvent};
use halligan::{
    console::{
        app::Msg,
        effect::{Reply, Request},
    },
    desk::DeskError,
    operator::Operator,
};

use super::session;
use crate::support::{
    pilot::{Pilot, Setting, key_event},
    world::{self, NEW_PASSWORD, OWN_PASSWORD},
};

/// From what an impatient reader notices to what makes one hang up.
const BUNCHES: [u64; 4] = [50, 120, 250, 800];

/// What fingers do: text goes on at 60 ms a character, a key in brackets takes 200 ms.
enum Finger<'a> {
    Types(&'a str),
    Presses(&'a str),
}

use Finger::{Presses, Types};

/// When the answers come: with the bunch that asked, or only behind the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answers {
    AtOnce,
    Late,
}

struct BunchingLine<'a> {
    pilot: &'a mut Pilot,
    bunch: u64,
    answers: Answers,
    reply: fn(&Request) -> Reply,
}

impl BunchingLine<'_> {
    /// Delivers what the fingers do, looking at the screen after each bunch.
    fn carries(&mut self, fingers: &[Finger<'_>]) {
        let mut keys: Vec<(u64, KeyEvent)> = Vec::new();
        let mut now = self.pilot.clock + 1_000;
        for finger in fingers {
            match finger {
                Types(text) => {
                    for c in text.chars() {
                        now += 60;
                        keys.push((now, KeyCode::Char(c).into()));
                    }
                }
                Presses(key) => {
                    now += 200;
                    keys.push((now, key_event(key)));
                }
            }
        }
        self.pilot.answers_at_once = false;
        let mut keys = keys.into_iter().peekable();
        while let Some((at, first)) = keys.next() {
            // Up to the end of the bunch, everything comes at the same time.
            let arrives = at.next_multiple_of(self.bunch.max(1));
            let mut together = vec![first];
            while let Some((_, key)) =
                keys.next_if(|(at, _)| at.next_multiple_of(self.bunch.max(1)) == arrives)
            {
                together.push(key);
            }
            if self.answers == Answers::Late {
                self.answer();
            }
            let quiet = arrives.saturating_sub(self.pilot.clock);
            self.pilot.wait(std::time::Duration::from_millis(quiet));
            let messages = together
                .into_iter()
                .map(|key| Msg::Term(arrives, Event::Key(key)))
                .collect();
            self.pilot.feed_all(messages);
            self.keeps_secrets();
            if self.answers == Answers::AtOnce {
                self.answer();
                self.keeps_secrets();
            }
        }
        self.answer();
        self.pilot.wait(std::time::Duration::from_millis(200));
        self.answer();
        self.keeps_secrets();
    }

    fn answer(&mut self) {
        while let Some((_, request)) = self.pilot.asked.first() {
            let reply = (self.reply)(request);
            self.pilot.answer_with(reply);
        }
    }

    /// No seven letters of a password in a row stand anywhere.
    #[track_caller]
    fn keeps_secrets(&self) {
        let screen = self.pilot.screen();
        // There the new password stands on purpose.
        let on_receipt = screen.contains("Receipt for");
        for secret in [OWN_PASSWORD, NEW_PASSWORD] {
            if on_receipt && secret == NEW_PASSWORD {
                continue;
            }
            let letters: Vec<char> = secret.chars().collect();
            for piece in letters.windows(7) {
                let piece: String = piece.iter().collect();
                assert!(
                    !screen.contains(&piece),
                    "{piece:?} of a password, bunched by {} ms, answered {:?}:\n{screen}",
                    self.bunch,
                    self.answers
                );
            }
        }
    }
}

/// Runs a script on every line, and hands the console to `then`.
#[track_caller]
fn on_every_line(
    open: impl Fn() -> Pilot,
    reply: fn(&Request) -> Reply,
    fingers: &[Finger<'_>],
    then: impl Fn(&mut Pilot),
) {
    for bunch in BUNCHES {
        for answers in [Answers::AtOnce, Answers::Late] {
            let mut pilot = open();
            let mut line = BunchingLine {
                pilot: &mut pilot,
                bunch,
                answers,
                reply,
            };
            line.carries(fingers);
            pilot.answers_at_once = true;
            then(&mut pilot);
        }
    }
}

fn new_console() -> Pilot {
    Pilot::new(Setting::default())
}

fn first_run() -> Pilot {
    Pilot::new(Setting {
        first_run: true,
        ..Setting::default()
    })
}

#[test]
fn a_sign_in_is_one() {
    let script = [
        Types("chief@riverside.example"),
        Presses("enter"),
        Types(OWN_PASSWORD),
        Presses("enter"),
    ];
    on_every_line(new_console, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("SignIn"), 1);
        pilot.sees("Alma Chief (E1001)");
    });
}

#[test]
fn a_sign_in_without_a_name_shows_no_password() {
    let script = [Presses("enter"), Types(OWN_PASSWORD), Presses("enter")];
    on_every_line(new_console, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("SignIn"), 0);
        pilot.sees("Type your email or your ID.");
    });
}

fn first_administrator(email: &str) -> Vec<Finger<'_>> {
    ["Alma", "Chief", "E1001", email, NEW_PASSWORD, NEW_PASSWORD]
        .into_iter()
        .flat_map(|text| [Types(text), Presses("enter")])
        .collect()
}

#[test]
fn a_first_start_is_one() {
    let script = first_administrator("chief@riverside.example");
    on_every_line(first_run, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("SetUp"), 1, "{}", pilot.screen());
    });
}

#[test]
fn a_first_start_with_a_fault_in_an_earlier_field_shows_no_password() {
    for email in ["chief", ""] {
        let script = first_administrator(email);
        on_every_line(first_run, world::answer, &script, |pilot| {
            assert_eq!(pilot.count("SetUp"), 0);
            pilot.sees("Type the address that you will sign in with");
        });
    }
}

#[test]
fn a_whole_reset_typed_blindly_ends_on_the_page_of_the_one_who_was_meant() {
    let script = [
        Types("okafor"),
        Presses("enter"),
        Types(NEW_PASSWORD),
        Presses("enter"),
    ];
    on_every_line(Pilot::at_menu, world::answer, &script, |pilot| {
        // Where the user was not there yet when Enter came, it was said, and Enter saves now.
        if pilot.count("Reset") == 0 {
            pilot.sees("The user is still being read");
            pilot.press("enter");
        }
        assert_eq!(pilot.count("Reset"), 1, "{}", pilot.screen());
        pilot.sees("Pat Okafor");
    });
}

#[test]
fn a_password_for_somebody_who_is_not_there_is_shown_nowhere() {
    let script = [
        Types("zzz"),
        Presses("enter"),
        Types(NEW_PASSWORD),
        Presses("enter"),
    ];
    on_every_line(Pilot::at_menu, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("Reset"), 0);
        pilot.sees("Search");
    });
}

#[test]
fn a_password_for_somebody_whom_a_failing_directory_does_not_find_is_shown_nowhere() {
    fn reply(request: &Request) -> Reply {
        match request {
            Request::Search(_) => world::unreachable(),
            other => world::answer(other),
        }
    }
    let script = [
        Types("okafor"),
        Presses("enter"),
        Types(NEW_PASSWORD),
        Presses("enter"),
    ];
    on_every_line(Pilot::at_menu, reply, &script, |pilot| {
        assert_eq!(pilot.count("Reset"), 0);
    });
}

#[test]
fn an_own_password_is_changed_once() {
    let mut script: Vec<Finger<'_>> = (0..6).map(|_| Presses("down")).collect();
    script.extend([
        Presses("enter"),
        Types(OWN_PASSWORD),
        Presses("enter"),
        Types(NEW_PASSWORD),
        Presses("enter"),
        Types(NEW_PASSWORD),
        Presses("enter"),
    ]);
    on_every_line(Pilot::at_menu, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("ChangeOwn"), 1, "{}", pilot.screen());
    });
}

#[test]
fn a_lock_opens_by_the_password() {
    let script = [Presses("ctrl-d"), Types(OWN_PASSWORD), Presses("enter")];
    on_every_line(Pilot::at_menu, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("Reauthenticate"), 1);
        pilot.sees("find somebody");
    });
}

#[test]
fn a_step_up_takes_the_password_and_saves_once() {
    fn reply(request: &Request) -> Reply {
        match request {
            Request::Reset(_) => Reply::Failed(DeskError::StepUp),
            other => world::answer(other),
        }
    }
    let open = || Pilot::editing("vasquez");
    let script = [Types(NEW_PASSWORD), Presses("enter")];
    on_every_line(open, reply, &script, |pilot| {
        pilot.sees("Your password, once more");
        let mut line = BunchingLine {
            pilot,
            bunch: 400,
            answers: Answers::Late,
            reply: world::answer,
        };
        line.carries(&[Types(OWN_PASSWORD), Presses("enter")]);
        assert_eq!(pilot.count("Reset"), 2);
        pilot.sees("Done: Maria Vasquez");
    });
}

#[test]
fn a_new_user_gets_every_field_as_it_was_typed() {
    let mut script = vec![Presses("down"), Presses("enter")];
    for text in ["E3001", "new@riverside.example", "Noor", "Haddad"] {
        script.extend([Types(text), Presses("enter")]);
    }
    let open = || {
        let mut pilot = Pilot::at_menu();
        pilot.answers_at_once = false;
        pilot
    };
    let reply = |request: &Request| {
        if let Request::Create(new, _) = request {
            assert_eq!(new.login, "E3001");
            assert_eq!(new.email, "new@riverside.example");
            assert_eq!(new.given_name, "Noor");
            assert_eq!(new.family_name, "Haddad");
        }
        world::answer(request)
    };
    on_every_line(open, reply, &script, |pilot| {
        assert_eq!(pilot.count("Create"), 1, "{}", pilot.screen());
    });
}

#[test]
fn a_settled_change_is_settled_once() {
    let open = || {
        let mut pilot = session::after_a_crash();
        pilot.answers_at_once = true;
        pilot.asked.clear();
        pilot.choose("Unfinished");
        pilot
    };
    let script = [Types("she gets in"), Presses("enter")];
    on_every_line(open, world::answer, &script, |pilot| {
        assert_eq!(pilot.count("Settle"), 1);
    });
}

#[test]
fn somebody_with_a_temporary_password_chooses_another() {
    fn reply(request: &Request) -> Reply {
        match request {
            Request::SignIn(..) => Reply::SignedIn(Box::new(Operator {
                must_change: true,
                ..world::operator()
            })),
            other => world::answer(other),
        }
    }
    let script = [
        Types("chief@riverside.example"),
        Presses("enter"),
        Types(OWN_PASSWORD),
        Presses("enter"),
    ];
    on_every_line(new_console, reply, &script, |pilot| {
        pilot.sees("Somebody else set your password");
    });
}

/// A held key repeats thirty times a second, and the line bunches the repeats too.
#[test]
fn a_held_enter_saves_once_and_closes_no_receipt() {
    for bunch in BUNCHES {
        for pause in [250, 400, 500, 660] {
            let mut pilot = Pilot::editing("vasquez");
            pilot.text(NEW_PASSWORD);
            let pressed = pilot.clock + 1_000;
            let repeats = (0..40).map(|n| pressed + pause + n * 33);
            for at in std::iter::once(pressed).chain(repeats) {
                let arrives = at.next_multiple_of(bunch.max(1));
                let quiet = arrives.saturating_sub(pilot.clock);
                pilot.wait(std::time::Duration::from_millis(quiet));
                pilot.key("enter");
            }
            pilot.wait(std::time::Duration::from_secs(1));
            assert_eq!(pilot.count("Reset"), 1, "{bunch} {pause}");
            // In longer bunches the first repeat may come alone, as a finger would.
            if bunch < 110 {
                pilot.sees("Done: Maria Vasquez");
            }
        }
    }
}

/// Dropped without a word once: it counts, since no other follows.
#[test]
fn a_second_enter_a_moment_after_the_first_closes_the_receipt() {
    for pause in [250, 400, 650] {
        let mut pilot = Pilot::editing("vasquez");
        pilot.text(NEW_PASSWORD);
        pilot.press("enter");
        pilot.sees("Done: Maria Vasquez");
        pilot.wait(std::time::Duration::from_millis(pause));
        pilot.key("enter");
        pilot.wait(std::time::Duration::from_millis(200));
        pilot.sees("Search");
    }
}
