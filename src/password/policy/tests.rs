use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::{
    password::word_list::{COMMON_PASSWORDS, SHORT_WORDS},
    permission::Permissions,
    user::{AccountKind, AccountState, Fact, User, UserId, Version},
};

pub(in crate::password) fn maria() -> User {
    User {
        id: UserId("7".into()),
        login: "mvasquez".into(),
        email: "maria.v@springfield.example".into(),
        given_name: "María José".into(),
        family_name: "Vásquez".into(),
        kind: Fact::Known(AccountKind::Staff),
        state: AccountState::default(),
        permissions: Permissions::default(),
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
    let fifteen = "éèêëìíîïòóôöùúû";
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
    assert!(broken(&profile, "password of my cat").is_empty());
    let off = Profile {
        blocklist: false,
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
fn the_legacy_profile_refuses_a_name_anywhere() {
    for candidate in ["my maria in spring", "xxVÁSQUEZxx", "one josé, two"] {
        assert_eq!(
            broken(&Profile::legacy_90_10(), candidate),
            ["reject_proper_name"],
            "{candidate}"
        );
    }
    assert!(broken(&Profile::legacy_90_10(), "a green fire engine").is_empty());
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
            "at most 128 characters",
            "not a common password",
            "not the user's ID or email",
            "no name of the user in it",
            "not just names of the user or the agency",
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
    ] {
        for refusal in judge(&strict, candidate, &context(&maria())).unwrap_err() {
            assert!(RULES.iter().any(|rule| rule.key == refusal.rule));
            assert!(!refusal.message.is_empty() && refusal.cure.ends_with('.'));
            seen.insert(refusal.rule);
        }
    }
    assert_eq!(seen.len(), RULES.len() - 1, "all but history: {seen:?}");
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
                    if refusal.rule == other.rule && refusal.rule != "blocklist" {
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
