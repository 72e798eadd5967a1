//! Passwords that are none.

use super::*;

/// The keys of the rules that the candidate breaks, whoever's it is.
fn broken_for(user: &User, profile: &Profile, candidate: &str) -> Vec<String> {
    judge(profile, candidate, &context(user))
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|refusal| refusal.rule)
        .collect()
}

#[track_caller]
fn all_refused(user: &User, candidates: &[&str]) {
    for profile in [Profile::nist(), Profile::cjis()] {
        let taken: Vec<_> = candidates
            .iter()
            .filter(|candidate| broken_for(user, &profile, candidate).is_empty())
            .collect();
        assert!(taken.is_empty(), "{} takes {taken:?}", profile.name);
    }
}

#[test]
fn what_was_taken_for_a_password_once_is_refused() {
    let user = User {
        login: "u2".into(),
        email: "u2@x.example".into(),
        ..maria()
    };
    all_refused(
        &user,
        &[
            "               ",
            "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
            "p\u{200b}a\u{200b}s\u{200b}s\u{200b}w\u{200b}o\u{200b}r\u{200b}d",
            "Password12345678",
            "qwertyuiopasdfg",
            "administrator123",
            "thisismypassword",
            "1q2w3e4r5t6y7u8i",
            "aaaaaaaaaaaaaab",
            "u2@x.exampleu2@x",
        ],
    );
}

#[test]
fn nothing_but_blanks_is_refused_under_every_profile_whatever_the_blanks() {
    for blank in [' ', '\u{a0}', '\u{3000}'] {
        let blanks: String = std::iter::repeat_n(blank, 15).collect();
        for profile in profiles() {
            assert_eq!(broken(&profile, &blanks), ["characters"], "{blank:?}");
        }
    }
    assert!(broken(&Profile::nist(), "cabin otter\u{a0}lime\u{3000}spoon").is_empty());
}

#[test]
fn a_character_that_nobody_can_type_is_refused_by_its_name() {
    for (char, name) in [
        ('\u{200b}', "U+200B ZERO WIDTH SPACE"),
        (
            '\u{feff}',
            "U+FEFF ZERO WIDTH NO-BREAK SPACE (byte order mark)",
        ),
        ('\u{202e}', "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ('\u{2066}', "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ('\u{ad}', "U+00AD SOFT HYPHEN"),
        ('\u{2003}', "U+2003 EM SPACE"),
        ('\u{2006}', "U+2006 (an unusual blank)"),
        ('\u{2800}', "U+2800 BRAILLE PATTERN BLANK"),
        ('\u{1b}', "U+001B (a control character)"),
        ('\u{9b}', "U+009B (a control character)"),
        ('\u{fe0f}', "U+FE0F (a variation selector)"),
        ('\u{e000}', "U+E000 (a character of private use)"),
        ('\u{10ffff}', "U+10FFFF (a character of private use)"),
        ('\u{1fffe}', "U+1FFFE (an invisible character)"),
        ('\u{fdd0}', "U+FDD0 (an invisible character)"),
        ('\u{e0041}', "U+E0041 (an invisible character)"),
        ('\u{fffd}', "U+FFFD REPLACEMENT CHARACTER"),
    ] {
        for candidate in [
            format!("cabin otter{char} lime spoon"),
            format!("{char}cabin otter lime spoon"),
            format!("cabin otter lime spoon{char}"),
        ] {
            let refusals = judge(&Profile::nist(), &candidate, &context(&maria())).unwrap_err();
            assert_eq!(refusals.len(), 1, "{refusals:?}");
            assert_eq!(refusals[0].rule, "characters");
            assert_eq!(
                refusals[0].message,
                format!("it holds {name}, which nobody can type or say")
            );
        }
    }
}

#[test]
fn letters_and_signs_of_every_keyboard_are_not_among_them() {
    for phrase in [
        "Käse läuft über Nacht",
        "çilek ığdır şöför yağmur",
        "пять синих чайников спят",
        "電池を馬の正しい主食にする理由とは",
        "¿qué pasó anoche, señor?",
        "€ § ° µ ½ cabin otter lime",
        "😀 cabin otter lime spoon 🚒",
    ] {
        assert!(broken(&Profile::nist(), phrase).is_empty(), "{phrase}");
    }
}

#[test]
fn a_blank_at_either_end_is_told_and_allowed() {
    let doubtful = |candidate: &str| {
        let lines = checklist(&Profile::nist(), candidate, &context(&maria()));
        lines.iter().any(|line| line.tick == Tick::Doubtful)
    };
    for candidate in [
        " cabin otter lime spoon",
        "cabin otter lime spoon ",
        "cabin otter lime spoon\u{a0}",
    ] {
        assert!(doubtful(candidate) && broken(&Profile::nist(), candidate).is_empty());
    }
    assert!(!doubtful("cabin otter lime spoon") && !doubtful(""));
}

#[test]
fn a_common_password_is_seen_through_blanks_accents_and_look_alikes() {
    let profile = short(Profile::nist());
    for candidate in [
        "p a s s w o r d",
        "p\u{a0}assword",
        "pässwörd",
        "ｐａｓｓｗｏｒｄ",
        "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝",
        "ⓟⓐⓢⓢⓦⓞⓡⓓ",
        "раssԝоrd",
        "ΡΑSSWΟRD",
        "P@$$w0rd",
        "p4ssw0rd",
        "1l0vey0u",
    ] {
        assert_eq!(broken(&profile, candidate), ["blocklist"], "{candidate}");
    }
}

#[test]
fn the_users_own_words_are_seen_through_look_alikes_too() {
    for candidate in [
        "mvаsquеz-mvаsquеz",
        "ｍｖａｓｑｕｅｚ２０２６２０２６",
        "m v a s q u e z 2 0 2 6",
    ] {
        assert_eq!(
            broken(&Profile::nist(), candidate),
            ["reject_user_id"],
            "{candidate}"
        );
    }
}

#[test]
fn kinds_of_passwords_that_everybody_tries_are_refused() {
    all_refused(
        &maria(),
        &[
            "Password2026Password",
            "P@ssw0rd2026!!!!",
            "drowssapdrowssap",
            "Passwordpassword1",
            "Administrator2026!",
            "Welcome2026Welcome!",
            "Summer2026Summer2026",
            "November2026November",
            "November27November27",
            "Q W E R T Y U I O P 1 2 3",
            "QwErTyUiOpAsDfGh",
            "qwertzuiopasdfgh",
            "azertyuiopqsdfgh",
            "!QAZ@WSX#EDC$RFV",
            "147258369147258369",
            "789456123789456123",
            "Firefighter2026!",
            "FireDepartment911",
            "Police-Police-2026",
            "correct horse battery staple",
            "To be or not to be",
            "May the Force be with you",
            "This is my new password",
            "I love you very much!",
            "1111222233334444",
            "Dragon!Dragon!Dragon!",
            "Changeme123Changeme",
            "27.11.2026 27.11.2026",
        ],
    );
}

#[test]
fn the_users_and_the_agencys_names_with_something_common_are_refused() {
    all_refused(
        &maria(),
        &[
            "Springfield2026!",
            "SpringfieldPassword1",
            "Maria-Welcome-2026",
            "vasquez.maria@springfield",
            "springfield.example/mvasquez",
            "ilovespringfield",
            "mvasquezpassword",
            "Halligan-Springfield-1!",
            "MariaVasquez27111990",
            "SpringfieldSpringfielt",
        ],
    );
}

#[test]
fn a_weak_password_that_no_other_rule_knows_is_refused_for_its_strength() {
    // Words of zxcvbn's own lists that are on none of ours.
    let candidate = "encyclopediaetc";
    assert_eq!(broken(&Profile::nist(), candidate), ["min_strength"]);
    let off = Profile {
        min_strength: 0,
        ..Profile::nist()
    };
    assert!(broken(&off, candidate).is_empty());
    let labels = |min_strength| -> Vec<String> {
        let profile = Profile {
            min_strength,
            ..Profile::nist()
        };
        let lines = checklist(&profile, "", &context(&maria()));
        lines
            .into_iter()
            .map(|line| line.label)
            .filter(|label| label.ends_with("to guess"))
            .collect()
    };
    assert!(labels(0).is_empty());
    assert_eq!(labels(1), ["not very easy to guess"]);
    assert_eq!(labels(2), ["at least fairly hard to guess"]);
    assert_eq!(labels(3), ["hard to guess"]);
    assert_eq!(labels(4), ["very hard to guess"]);
}

#[test]
fn strength_waits_until_every_other_rule_is_kept() {
    let lines = checklist(&Profile::nist(), "xkvq", &context(&maria()));
    let line = lines
        .iter()
        .find(|line| line.label == "hard to guess")
        .unwrap();
    assert_eq!((line.tick, &line.refusal), (Tick::Broken, &None));
    assert_eq!(broken(&Profile::nist(), "xkvq"), ["min_chars"]);
}

#[test]
fn a_long_password_that_begins_weakly_is_judged_as_a_whole() {
    for candidate in [
        "password password cabin otter lime spoon",
        "the end of the day at the house by the river",
    ] {
        assert!(
            broken(&Profile::nist(), candidate).is_empty(),
            "{candidate}"
        );
    }
}

proptest! {
    #[test]
    fn blanks_and_invisible_characters_hide_no_common_password(
        listed in prop::sample::select(COMMON_PASSWORDS.iter().filter(|listed| listed.is_ascii()).collect::<Vec<_>>()),
        hidden in prop::sample::select(vec![' ', '\u{a0}', '\u{200b}', '\u{ad}', '\u{2060}', '\u{feff}']),
    ) {
        let candidate: String = listed.chars().flat_map(|char| [char, hidden]).collect();
        for profile in profiles() {
            prop_assert!(broken(&profile, &candidate).contains(&"blocklist".to_owned()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn random_characters_are_taken(candidate in "[a-zA-Z0-9]{15,64}") {
        for profile in [Profile::nist(), Profile::cjis()] {
            prop_assert_eq!(broken(&profile, &candidate), Vec::<String>::new());
        }
    }
}
