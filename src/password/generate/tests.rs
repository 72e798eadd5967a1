use std::collections::HashMap;

use super::*;
use crate::{
    password::policy::tests::{context, maria, profiles},
    user::User,
};

fn drawn(profile: &Profile, shape: Shape) -> String {
    let user = maria();
    let generated = generate(profile, shape, &context(&user)).unwrap();
    generated.secret.expose().to_owned()
}

#[test]
fn words_are_four_of_the_list_and_two_digits() {
    for _ in 0..200 {
        let text = drawn(&Profile::nist(), Shape::Words);
        let parts: Vec<_> = text.split('-').collect();
        assert_eq!(parts.len(), 5, "{text}");
        assert!(parts[..4].iter().all(|word| SHORT_WORDS.contains(word)));
        assert!(parts[4].len() == 2 && parts[4].bytes().all(|byte| byte.is_ascii_digit()));
        assert!((18..=26).contains(&text.len()), "{text}");
    }
}

#[test]
fn groups_are_three_times_five_symbols_and_end_in_a_digit() {
    for _ in 0..200 {
        let text = drawn(&Profile::nist(), Shape::Groups);
        assert_eq!(text.len(), 17);
        let groups: Vec<_> = text.split('-').collect();
        assert!(groups.len() == 3 && groups.iter().all(|group| group.len() == 5));
        assert!(groups.concat().bytes().all(|byte| SYMBOLS.contains(&byte)));
        assert!(text.ends_with(|last: char| last.is_ascii_digit()));
    }
}

#[test]
fn bits_are_those_of_the_draws() {
    let user = maria();
    let bits = |shape| {
        generate(&Profile::nist(), shape, &context(&user))
            .unwrap()
            .bits
    };
    assert!((bits(Shape::Words) - 48.0).abs() < 0.01);
    assert!((bits(Shape::Groups) - 73.0).abs() < f64::EPSILON);
}

#[test]
fn every_draw_passes_the_policy_of_every_profile() {
    let user = maria();
    let context = Context {
        generated: true,
        ..context(&user)
    };
    for base in profiles() {
        for (classes, least) in [(0, 15), (3, 15), (4, 15), (4, 40), (3, 128)] {
            let profile = Profile {
                composition_classes: classes,
                min_chars_generated: least,
                ..base.clone()
            };
            for shape in [Shape::Words, Shape::Groups] {
                for _ in 0..20 {
                    let generated = generate(&profile, shape, &context).unwrap();
                    let verdict = policy::judge(&profile, generated.secret.expose(), &context);
                    assert_eq!(verdict, Ok(()), "{shape:?} {classes} {least}");
                }
            }
        }
    }
}

#[test]
fn four_classes_put_a_capital_on_the_first_word_only() {
    let profile = Profile {
        composition_classes: 4,
        ..Profile::nist()
    };
    let text = drawn(&profile, Shape::Words);
    assert!(text.starts_with(|first: char| first.is_ascii_uppercase()));
    assert_eq!(text.bytes().filter(u8::is_ascii_uppercase).count(), 1);
}

#[test]
fn no_draw_holds_a_name_of_the_user() {
    let mut user = maria();
    // In one draw of eight or so without the rule: words such as "stain" and "trait".
    user.login = "tra".into();
    user.family_name = "Sta-Ain".into();
    for _ in 0..300 {
        let generated = generate(&Profile::nist(), Shape::Words, &context(&user)).unwrap();
        let text = generated.secret.expose();
        assert!(!text.contains("tra") && !text.contains("sta"), "{text}");
    }
}

#[test]
fn a_policy_that_no_shape_can_meet_is_blamed_by_name() {
    let profile = Profile {
        min_chars_generated: 200,
        ..Profile::nist()
    };
    let user = maria();
    let error = generate(&profile, Shape::Groups, &context(&user)).unwrap_err();
    assert!(error.contains("nist-800-63b-4") && error.contains("min_chars_generated"));
}

#[test]
fn every_word_and_digit_turns_up_in_every_place_about_as_often() {
    const DRAWS: usize = 6000;
    let mut seen: [HashMap<String, usize>; 5] = Default::default();
    for _ in 0..DRAWS {
        let draw = words(&Profile::nist()).unwrap();
        for (place, part) in draw.text.split('-').enumerate() {
            *seen[place].entry(part.to_owned()).or_default() += 1;
        }
    }
    // 4.6 of each word and 60 of each pair of digits are expected. The bounds are those that a fair
    // draw oversteps less than once in a billion runs, by the Poisson distribution.
    for words in &seen[..4] {
        assert!(words.len() > 1240, "{} words only", words.len());
        assert!(words.values().all(|count| *count < 30));
    }
    assert_eq!(seen[4].len(), 100);
    assert!(seen[4].values().all(|count| (8..150).contains(count)));
}

#[test]
fn no_rule_refuses_a_draw_whatever_the_shape_the_profile_and_the_user() {
    let users = [
        ("mvasquez", "María José", "Vásquez"),
        ("u2", "Li", "Wu"),
        ("", "", "Engine 7"),
        ("e1", "Jo", ""),
    ];
    for (login, given_name, family_name) in users {
        let user = User {
            login: login.into(),
            email: format!("{login}@x.example"),
            given_name: given_name.into(),
            family_name: family_name.into(),
            ..maria()
        };
        let context = Context {
            generated: true,
            ..context(&user)
        };
        for base in profiles() {
            for (classes, least, min_strength) in
                [(0, 15, base.min_strength), (4, 15, 4), (0, 64, 4)]
            {
                let profile = Profile {
                    composition_classes: classes,
                    min_chars_generated: least,
                    min_strength,
                    ..base.clone()
                };
                for draw in [words, groups] {
                    for _ in 0..4 {
                        let text = draw(&profile).unwrap().text;
                        // That a name is in it by chance is what the legacy profile looks for.
                        let refusals = policy::judge(&profile, &text, &context)
                            .err()
                            .unwrap_or_default();
                        let other = refusals
                            .iter()
                            .find(|refusal| refusal.rule != "reject_proper_name");
                        assert_eq!(other, None, "{} {}", *text, profile.name);
                    }
                }
            }
        }
    }
}
