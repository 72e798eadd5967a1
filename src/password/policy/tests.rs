use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::{
    password::word_list::{COMMON_PASSWORDS, SHORT_WORDS},
    permission::{Permissions, Reach},
    user::{AccountKind, AccountState, Fact, User, UserId, Version},
};

// A measurement, no test: it needs lists that are not ours.
#[cfg(feature = "hit-rate")]
mod hit_rate;
mod none;

pub(in crate::password) fn maria() -> User {
    User {
        id: UserId("7".into()),
        login: "mvasquez".into(),
        email: "maria.v@springfield.example".into(),
        given_name: "María José".into(),
        family_name: "Vásquez".into(),
        kind: Fact::Known(AccountKind::Staff),
        details: Fact::NotOffered,
        state: AccountState::default(),
        permissions: Permissions::default(),
        reach: Reach::EVERYWHERE,
        role: None,
        version: Version("1".into()),
    }
}

pub(in crate::password) fn context(user: &User) -> Context<'_> {
    Context {
        user,
        agency: "Springfield Fire Department",
        generated: false,
    }
}

pub(in crate::password) fn profiles() -> [Profile; 3] {
    [Profile::nist(), Profile::cjis(), Profile::legacy_90_10()]
}

/// The keys of the rules that the candidate breaks.
fn broken(profile: &Profile, candidate: &str) -> Vec<String> {
    judge(profile, candidate, &context(&maria()))
        .err()
        .unwrap_or_default()
        .into_iter()
        .map(|refusal| refusal.rule)
        .collect()
}

fn short(profile: Profile) -> Profile {
    Profile {
        min_chars: 8,
        ..profile
    }
}

#[test]
fn a_phrase_of_four_words_is_good_everywhere() {
    for profile in profiles() {
        assert!(broken(&profile, "cabin otter lime spoon").is_empty());
        assert!(broken(&profile, "Käse läuft über Nacht").is_empty());
        assert!(broken(&profile, "電池を馬の正しい主食にする理由とは").is_empty());
    }
}

#[test]
fn length_counts_code_points_of_the_composed_form() {
    let profile = Profile::nist();
    let fifteen = "çaéñößüğłåýžøšd";
    assert!(broken(&profile, fifteen).is_empty());
    let decomposed: String = fifteen.nfd().collect();
    assert!(broken(&profile, &decomposed).is_empty());
    let fourteen: String = fifteen.chars().take(14).collect();
    assert_eq!(broken(&profile, &fourteen), ["min_chars"]);
    let fourteen: String = fourteen.nfd().collect();
    assert_eq!(broken(&profile, &fourteen), ["min_chars"]);
}

#[test]
fn a_generated_password_has_a_least_length_of_its_own() {
    let user = maria();
    let profile = Profile {
        min_chars_generated: 20,
        ..Profile::nist()
    };
    let given = Context {
        generated: true,
        ..context(&user)
    };
    assert!(judge(&profile, "cabin-otter-lime-47", &given).is_err());
    assert!(judge(&profile, "cabin-otter-limes-47", &given).is_ok());
}

#[test]
fn a_password_that_is_too_long_is_refused_and_never_cut() {
    let long = "ab cd ef ".repeat(15);
    assert_eq!(broken(&Profile::nist(), &long), ["max_chars"]);
    assert_eq!(
        broken(&Profile::nist(), &"x".repeat(1 << 20)),
        ["max_chars"]
    );
}

#[test]
fn common_passwords_are_refused_in_any_case_and_only_as_a_whole() {
    let profile = short(Profile::nist());
    for common in [
        "password",
        "PASSWORD",
        "QwertyUiop12345",
        " iloveyou ",
        "passwordpassword",
    ] {
        assert_eq!(broken(&profile, common), ["blocklist"], "{common}");
    }
    assert!(broken(&profile, "password kept by otters").is_empty());
    let off = Profile {
        blocklist: false,
        min_strength: 0,
        ..profile
    };
    assert!(broken(&off, "password").is_empty());
}

#[test]
fn the_users_id_and_address_are_refused_with_their_derivatives() {
    for candidate in [
        "mvasquez",
        "MVasquez2026!!!!",
        "zeuqsavm-zeuqsavm",
        "mv@5qu3z mv@5qu3z",
        "maria.v@springfield.example",
        "...maria.v...2026",
    ] {
        assert_eq!(
            broken(&short(Profile::nist()), candidate),
            ["reject_user_id"],
            "{candidate}"
        );
    }
    let legacy = Profile {
        reject_proper_name: false,
        ..Profile::legacy_90_10()
    };
    assert_eq!(broken(&legacy, "mvasquez"), ["reject_user_id"]);
    assert!(broken(&legacy, "mvasquez2026").is_empty());
}

#[test]
fn names_of_user_and_agency_alone_are_refused() {
    for candidate in [
        "mariajosevasquez",
        "Vásquez, María José 1990",
        "Halligan2026!!!",
        "springfield fire department",
        "fire springfield 4711",
        "H@lligan-Springfield",
    ] {
        assert_eq!(
            broken(&Profile::cjis(), candidate),
            ["context_words"],
            "{candidate}"
        );
    }
    assert!(broken(&Profile::cjis(), "maria rides a green fire engine").is_empty());
}

#[test]
fn names_written_with_letters_that_sound_alike_are_little_more_than_names() {
    // The Cyrillic letter is a g by its sound and an r by its look.
    let broken = broken(&Profile::nist(), "halli\u{433}an-x-vasquez");
    assert_eq!(broken, ["context_words"]);
}

#[test]
fn the_legacy_profile_refuses_a_name_anywhere() {
    for candidate in [
        "my maria in the fog bank",
        "xxVÁSQUEZxx",
        "my josé in the fog bank",
    ] {
        assert_eq!(
            broken(&Profile::legacy_90_10(), candidate),
            ["reject_proper_name"],
            "{candidate}"
        );
    }
    assert!(broken(&Profile::legacy_90_10(), "a quiet green fire engine rides").is_empty());
}

#[test]
fn classes_are_asked_for_only_where_a_site_wants_them() {
    let profile = Profile {
        composition_classes: 3,
        ..Profile::nist()
    };
    assert_eq!(
        broken(&profile, "cabin otter limes"),
        ["composition_classes"]
    );
    assert!(broken(&profile, "Cabin otter limes").is_empty());
    assert!(broken(&profile, "cabin-otter-lime-47").is_empty());
}

#[test]
fn the_checklist_keeps_its_order_and_says_what_waits_for_save() {
    let lines = checklist(&Profile::legacy_90_10(), "", &context(&maria()));
    let labels: Vec<_> = lines.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "at least 8 characters",
            "not a common password",
            "not the user's ID or email",
            "no name of the user in it",
            "not just names of the user or the agency",
            "at least fairly hard to guess",
            "not one of the last 10 passwords (checked on Save)",
        ]
    );
    assert_eq!(lines.last().map(|line| line.tick), Some(Tick::OnSave));
    assert_eq!(lines[0].tick, Tick::Broken);
}

#[test]
fn every_refusal_names_its_rule_and_a_cure() {
    let strict = Profile {
        composition_classes: 4,
        min_strength: 4,
        ..Profile::legacy_90_10()
    };
    let mut seen = std::collections::BTreeSet::new();
    for candidate in [
        "",
        "password",
        "mvasquez",
        "halligan",
        "my maria",
        &"x".repeat(200),
        "               ",
        "Encyclopedia-1x",
    ] {
        for refusal in judge(&strict, candidate, &context(&maria())).unwrap_err() {
            assert!(!refusal.message.is_empty() && refusal.cure.ends_with('.'));
            seen.insert(refusal.rule);
        }
    }
    let keys = RULES.iter().map(|rule| rule.key);
    let expected: std::collections::BTreeSet<_> = keys
        .filter(|key| *key != "blank_at_an_end")
        .chain([min_strength::RULE.key])
        .map(str::to_owned)
        .collect();
    assert_eq!(seen, expected, "all but history and what is no refusal");
}

#[test]
fn a_password_that_only_repeats_or_counts_is_refused_though_no_list_holds_it() {
    for candidate in [
        "xyzxyzxyzxyzxyzxyz",
        "abcdefghijklmnopqrst",
        "98765432109876543210",
        "dragondragondragon",
    ] {
        assert!(!COMMON_PASSWORDS.contains(candidate), "{candidate}");
        for profile in profiles() {
            assert_eq!(broken(&profile, candidate), ["blocklist"], "{candidate}");
        }
    }
    let off = Profile {
        blocklist: false,
        min_strength: 0,
        ..Profile::nist()
    };
    assert!(broken(&off, "xyzxyzxyzxyzxyzxyz").is_empty());
}

#[test]
fn names_of_two_letters_are_in_words_by_chance_and_count_for_nothing() {
    let li = User {
        login: "lw".into(),
        email: "lw@io.example".into(),
        given_name: "Li".into(),
        family_name: "Wu".into(),
        ..maria()
    };
    let legacy = Profile::legacy_90_10();
    let given = |candidate| judge(&legacy, candidate, &context(&li));
    assert_eq!(given("a wild lily in the wupper"), Ok(()));
    for profile in [Profile::nist(), Profile::cjis()] {
        assert_eq!(
            judge(&profile, "li-wu-qxjv-li-wu-zkfp", &context(&li)),
            Ok(())
        );
    }
    assert!(!names_the_user("a wild lily in the wupper", &context(&li)));
    assert!(
        !names_the_user("some lwing thing", &context(&li)),
        "nor an ID"
    );
    let lia = User {
        given_name: "Lia".into(),
        ..li.clone()
    };
    let refused = judge(&legacy, "a wiLIAm in the woods", &context(&lia)).unwrap_err();
    assert_eq!(refused[0].rule, "reject_proper_name");
    assert!(names_the_user("a wiLIAm in the woods", &context(&lia)));
    let three = User {
        login: "lwu".into(),
        ..li
    };
    assert!(names_the_user("some lwu thing", &context(&three)));
}

#[test]
fn a_generated_password_holds_neither_the_id_nor_a_name_anywhere() {
    let user = maria();
    for candidate in ["xx-MVASQUEZ-xx", "the josé way", "mariachi-loud-spoon"] {
        assert!(names_the_user(candidate, &context(&user)), "{candidate}");
    }
    assert!(!names_the_user("cabin-otter-lime", &context(&user)));
    let apparatus = User {
        login: String::new(),
        given_name: String::new(),
        family_name: "E 7".into(),
        ..maria()
    };
    assert!(!names_the_user("cabin-otter-e7", &context(&apparatus)));
}

#[test]
fn each_label_says_what_the_profile_asks_for() {
    let labels = |profile: &Profile| -> Vec<String> {
        checklist(profile, "", &context(&maria()))
            .into_iter()
            .map(|line| line.label)
            .collect()
    };
    assert_eq!(
        labels(&Profile::nist()),
        [
            "at least 15 characters",
            "not a common password",
            "not a form of the user's ID or email",
            "not just names of the user or the agency",
            "hard to guess",
        ]
    );
    let has = |profile: Profile, label: &str| labels(&profile).iter().any(|line| line == label);
    let cjis = Profile::cjis;
    assert!(has(cjis(), "not the last password (checked on Save)"));
    let classes = |composition_classes| Profile {
        composition_classes,
        ..Profile::nist()
    };
    assert_eq!(labels(&classes(1)), labels(&classes(0)));
    assert!(has(
        classes(2),
        "2 of: lower case, upper case, digit, symbol"
    ));
    assert!(has(
        classes(3),
        "3 of: lower case, upper case, digit, symbol"
    ));
    assert!(has(
        classes(4),
        "lower case, upper case, a digit and a symbol"
    ));
}

#[test]
fn each_of_the_four_kinds_of_characters_counts_once() {
    let asks = |composition_classes| Profile {
        composition_classes,
        ..Profile::nist()
    };
    for (candidate, kinds) in [
        ("qwfpgjluyzxcvbk", 1),
        ("QWFPGJLUYZXCVBK", 1),
        ("729405816352740", 1),
        ("!/%%&(-_:;#+*~<>", 1),
        ("qwfpgjluyzxcvbK", 2),
        ("qwfpgjluyzxcvb 4", 3),
        ("qwfpgjluyzxcv -K4", 4),
        ("電池を馬の正しい主食にする理由", 1),
    ] {
        for asked in 2..=4 {
            let is_broken = broken(&asks(asked), candidate)
                .iter()
                .any(|rule| rule == "composition_classes");
            assert_eq!(is_broken, kinds < asked, "{candidate} of {asked}");
        }
    }
}

#[test]
fn the_longest_password_is_as_long_as_the_profile_says() {
    let profile = Profile {
        max_chars: 20,
        ..Profile::nist()
    };
    assert!(broken(&profile, "cabin otter lime spo").is_empty());
    assert_eq!(broken(&profile, "cabin otter lime spoo"), ["max_chars"]);
}

#[test]
fn parts_of_the_mail_domain_and_of_the_agency_are_context_words() {
    for candidate in [
        "springfield.example 2026",
        "Springfield Example!!",
        "departmentdepartment",
        "Department Fire Maria 1",
    ] {
        assert_eq!(
            broken(&short(Profile::nist()), candidate),
            ["context_words"],
            "{candidate}"
        );
    }
    // Under the legacy profile only the very word is refused, and no form of it.
    let legacy = Profile {
        reject_proper_name: false,
        min_strength: 0,
        ..Profile::legacy_90_10()
    };
    assert_eq!(broken(&legacy, "springfield"), ["context_words"]);
    assert!(broken(&legacy, "springfield1").is_empty());
}

fn phrase() -> impl Strategy<Value = String> {
    let words: Vec<_> = SHORT_WORDS.iter().collect();
    prop::collection::vec(prop::sample::select(words), 6..12).prop_map(|words| words.join(" "))
}

/// Text near the rules: names, listed passwords, digits and anything else.
fn near() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "maria", "VÁSQUEZ", "mvasquez", "halligan", "fire", "4711", "@"
        ])
        .prop_map(str::to_owned),
        "[a-z0-9!@ ]{0,6}",
        "\\PC{0,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    // Each case asks zxcvbn several times.
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn composed_and_decomposed_forms_get_the_same_verdict(candidate in near()) {
        let composed: String = candidate.nfc().collect();
        let decomposed: String = candidate.nfd().collect();
        for profile in profiles() {
            let user = maria();
            let verdict = checklist(&profile, &candidate, &context(&user));
            prop_assert_eq!(&checklist(&profile, &composed, &context(&user)), &verdict);
            prop_assert_eq!(&checklist(&profile, &decomposed, &context(&user)), &verdict);
        }
    }

    #[test]
    fn random_words_of_enough_length_pass(phrase in phrase()) {
        for profile in profiles() {
            prop_assert!(broken(&profile, &phrase).is_empty(), "{:?}", broken(&profile, &phrase));
        }
    }
}

proptest! {
    #[test]
    fn any_listed_password_is_refused(
        listed in prop::sample::select(COMMON_PASSWORDS.iter().collect::<Vec<_>>()),
        upper: bool,
    ) {
        let candidate = if upper { listed.to_uppercase() } else { listed.to_owned() };
        for profile in profiles() {
            prop_assert!(broken(&profile, &candidate).contains(&"blocklist".to_owned()));
        }
    }

    #[test]
    fn a_refusal_depends_on_the_rule_and_never_on_the_candidate(
        first in near(),
        second in near(),
    ) {
        for profile in profiles() {
            let user = maria();
            let refusals = |text: &str| {
                judge(&profile, text, &context(&user)).err().unwrap_or_default()
            };
            for refusal in refusals(&first) {
                for other in refusals(&second) {
                    if refusal.rule == other.rule && !["blocklist", "characters"].contains(&refusal.rule.as_str()) {
                        prop_assert_eq!(&refusal, &other);
                    }
                }
                if first.chars().count() > 12 {
                    prop_assert!(!refusal.message.contains(&first));
                    prop_assert!(!refusal.cure.contains(&first));
                }
            }
        }
    }
}

#[test]
fn a_blank_at_either_end_is_told_to_whoever_sees_no_checklist() {
    let told = "the password begins or ends with a blank, which belongs to it";
    for candidate in [" velvet-anchor", "velvet-anchor ", "velvet-anchor\u{a0}"] {
        assert_eq!(doubt(candidate), Some(told), "{candidate:?}");
    }
    assert_eq!(doubt("velvet anchor"), None);
}
