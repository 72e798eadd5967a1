//! Fictional people, the same ones for the same seed, for the demonstration and the benches.
//!
//! Names follow no real agency's roster. Some people share a name, some have accents or another
//! script, some are apparatus or customers, some are inactive. People are made one after another,
//! so a million of them take no memory.

mod names;

use std::collections::HashSet;

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use crate::{
    directory::{NewUser, local::sign_in_name},
    permission::Role,
    user::AccountKind,
};

/// Up to so many people emails are kept apart by remembering them; beyond that by a number in
/// each.
const REMEMBERED: u64 = 10_000;

/// Fictional people, one after another.
#[derive(Debug)]
pub struct Population {
    random: SmallRng,
    count: u64,
    next: u64,
    emails: HashSet<String>,
    /// The last name given to a person of staff; now and then the next has the same.
    namesake: Option<(String, String)>,
}

impl Population {
    /// `count` people of `seed`.
    pub fn new(seed: u64, count: u64) -> Self {
        Self {
            random: SmallRng::seed_from_u64(seed),
            count,
            next: 0,
            emails: HashSet::new(),
            namesake: None,
        }
    }

    fn chance(&mut self, of_a_thousand: u32) -> bool {
        self.random.random_range(0..1000) < of_a_thousand
    }

    /// One of the list, the first ones more often: about as names are spread among people.
    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let place: f64 = self.random.random();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list of some hundreds"
        )]
        let place = (place * place * list.len() as f64) as usize;
        list[place.min(list.len() - 1)]
    }

    fn person_name(&mut self) -> (String, String) {
        if self.chance(30)
            && let Some(namesake) = self.namesake.take()
        {
            return namesake;
        }
        let name = if self.chance(15) {
            let (given, family) =
                names::ELSEWHERE[self.random.random_range(0..names::ELSEWHERE.len())];
            (given.to_owned(), family.to_owned())
        } else {
            let given = self.pick(names::GIVEN).to_owned();
            let family = if self.chance(350) {
                let begin = self.pick(names::FAMILY_BEGINS);
                format!("{begin}{}", self.pick(names::FAMILY_ENDS))
            } else if self.chance(40) {
                format!("{}-{}", self.pick(names::FAMILY), self.pick(names::FAMILY))
            } else {
                self.pick(names::FAMILY).to_owned()
            };
            (given, family)
        };
        self.namesake = Some(name.clone());
        name
    }

    fn email(&mut self, nth: u64, given: &str, family: &str, domain: &str) -> String {
        let plain = |text: &str| -> String {
            deunicode::deunicode(text)
                .to_ascii_lowercase()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect()
        };
        let (given, family) = (plain(given), plain(family));
        let local = match self.random.random_range(0..4) {
            0 if !given.is_empty() => format!("{}{family}", &given[..1]),
            _ if given.is_empty() => family,
            _ => format!("{given}.{family}"),
        };
        if self.count > REMEMBERED {
            return format!("{local}{nth}@{domain}");
        }
        let mut email = format!("{local}@{domain}");
        let mut another = 2;
        while !self.emails.insert(sign_in_name(&email)) {
            email = format!("{local}{another}@{domain}");
            another += 1;
        }
        email
    }

    fn staff(&mut self, nth: u64) -> NewUser {
        let (given_name, family_name) = self.person_name();
        let email = self.email(nth, &given_name, &family_name, "ashford-fire.example.org");
        NewUser {
            login: format!("E{}", 1000 + nth),
            email,
            given_name,
            family_name,
            kind: AccountKind::Staff,
            role: match self.random.random_range(0..200) {
                0 => Role::HelpDesk,
                1 => Role::Viewer,
                2 => Role::Auditor,
                _ => Role::None,
            },
            active: !self.chance(60),
            must_change: false,
            ..NewUser::default()
        }
    }

    fn resident(&mut self, nth: u64) -> NewUser {
        let (given_name, family_name) = self.person_name();
        let domain = self.pick(names::MAIL_DOMAINS);
        let email = self.email(nth, &given_name, &family_name, domain);
        NewUser {
            login: format!("R{}", 200_000 + nth),
            email,
            given_name,
            family_name,
            kind: AccountKind::Residential,
            role: Role::None,
            active: !self.chance(40),
            must_change: false,
            ..NewUser::default()
        }
    }

    fn business(&mut self, nth: u64) -> NewUser {
        let family_name = format!(
            "{} {}",
            self.pick(names::FAMILY),
            self.pick(names::BUSINESSES)
        );
        let email = self.email(nth, "", &family_name, "business.example.net");
        NewUser {
            login: format!("C{}", 30_000 + nth),
            email,
            given_name: String::new(),
            family_name,
            kind: AccountKind::Commercial,
            role: Role::None,
            active: !self.chance(30),
            must_change: false,
            ..NewUser::default()
        }
    }

    fn unit(&mut self, nth: u64) -> NewUser {
        let (word, short) = names::UNITS[self.random.random_range(0..names::UNITS.len())];
        NewUser {
            login: format!("{short}{nth}"),
            email: String::new(),
            given_name: String::new(),
            family_name: format!("{word} {nth}"),
            kind: AccountKind::Unit,
            role: Role::None,
            active: !self.chance(20),
            must_change: false,
            ..NewUser::default()
        }
    }
}

impl Iterator for Population {
    type Item = NewUser;

    fn next(&mut self) -> Option<NewUser> {
        if self.next >= self.count {
            return None;
        }
        self.next += 1;
        let nth = self.next;
        Some(match self.random.random_range(0..100) {
            0..3 => self.unit(nth),
            3..10 => self.business(nth),
            10..45 => self.resident(nth),
            _ => self.staff(nth),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_people_and_another_seed_others() {
        let people = |seed| Population::new(seed, 500).collect::<Vec<_>>();
        assert_eq!(people(7), people(7));
        assert_ne!(people(7), people(8));
    }

    #[test]
    fn ids_and_emails_are_unique_below_and_above_the_remembered_number() {
        for count in [500, REMEMBERED + 1000] {
            let mut seen = HashSet::new();
            for person in Population::new(1, count) {
                for name in [person.login, person.email] {
                    let name = sign_in_name(&name);
                    assert!(name.is_empty() || seen.insert(name.clone()), "{name} twice");
                }
            }
        }
    }

    #[test]
    fn five_hundred_hold_every_kind_namesakes_accents_and_inactive_ones() {
        let people: Vec<_> = Population::new(42, 500).collect();
        for kind in AccountKind::ALL {
            assert!(people.iter().any(|person| person.kind == kind), "{kind:?}");
        }
        let mut names = HashMap::new();
        for person in people
            .iter()
            .filter(|person| person.kind == AccountKind::Staff)
        {
            *names
                .entry((&person.given_name, &person.family_name))
                .or_insert(0) += 1;
        }
        assert!(names.values().filter(|count| **count > 1).count() >= 2);
        assert!(people.iter().any(|person| !person.family_name.is_ascii()));
        assert!(people.iter().any(|person| !person.active));
        assert!(people.iter().any(|person| person.role == Role::HelpDesk));
    }
}
