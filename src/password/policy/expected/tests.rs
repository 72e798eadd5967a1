use proptest::prelude::*;

use super::*;
use crate::password::word_list::{COMMON_PASSWORDS, SHORT_WORDS};

fn expected(text: &str) -> bool {
    is_expected(text, &[])
}

#[track_caller]
fn all_expected(texts: &[&str]) {
    let missed: Vec<_> = texts.iter().filter(|text| !expected(text)).collect();
    assert!(missed.is_empty(), "not expected: {missed:?}");
}

#[test]
fn a_common_password_with_a_number_a_year_or_a_date_is_expected() {
    all_expected(&[
        "password12345678",
        "administrator123",
        "administrator2026",
        "dragondragon2026",
        "2026administrator",
        "password27111999",
        "password11271999",
        "password19991127",
        "password1999-11-27",
        "welcome271199!!",
        "letmein123letmein",
        "sunshine!!!!!!!",
        "p4$$w0rdp4$$w0rd1",
        "drowssapdrowssap9",
        "1drowssap2drowssap",
    ]);
}

#[test]
fn rows_and_columns_of_any_keyboard_are_expected() {
    all_expected(&[
        "qwertyuiopasdfg",
        "1q2w3e4r5t6y7u8i",
        "1q2w3e4r5t6y7u8i9o0p",
        "qawsedrftgyhujik",
        "a1s2d3f4g5h6j7k8",
        "qazwsxedcrfvtgb",
        "zaq12wsxcde34rfv",
        "1qaz2wsx3edc4rfv",
        "!qaz@wsx#edc$rfv",
        "poiuytrewqlkjhg",
        "qwertyqwertyqwerty1",
        "zxcvbnmasdfghjkl",
        "!@#$%^&*()_+qwe",
        "qwertzuiopasdfgh",
        "yxcvbnmasdfghjkl",
        "qayxswedcvfrtgb",
        "azertyuiopqsdfgh",
        "wxcvbnqsdfghjklm",
        "789456123789456",
        "147258369147258",
        "741852963741852",
        "112233445566778",
        "111222333444555",
        "102030405060708",
        "1324354657687980",
        "abcdefghijklmno1",
        "a1b2c3d4e5f6g7h8",
        "zyxwvutsrqponmlk",
    ]);
}

#[test]
fn seasons_months_and_the_trade_with_a_number_are_expected() {
    all_expected(&[
        "summer2026summer",
        "december2026december",
        "winter2026!winter2026!",
        "firefighter2026",
        "firefighter911!",
        "firedepartment911",
        "policeofficer12",
        "paramedic911paramedic",
        "fireandrescue2026",
        "battalionchief1",
        "springsummer2026",
        "monday27november",
        "changeme2026!!!",
        "halligan2026!!!",
    ]);
}

#[test]
fn phrases_that_everybody_uses_are_expected() {
    all_expected(&[
        "thisismypassword",
        "thisismynewpassword1!",
        "mypasswordissecret",
        "welcometothesystem",
        "letmeinletmeinnow",
        "iloveyouverymuch",
        "correcthorsebatterystaple",
        "tobeornottobethatisthequestion",
        "maytheforcebewithyou4",
        "thequickbrownfoxjumpsoverthelazydog",
        "protectandserve1",
        "changethispassword",
    ]);
}

#[test]
fn repetitions_with_a_little_changed_are_expected() {
    all_expected(&[
        "aaaaaaaaaaaaaab",
        "baaaaaaaaaaaaaa",
        "aaaaaaabaaaaaaa",
        "password1password2",
        "password-password",
        "password.password.password",
        "passwordpasswore",
        "monkeyeknom12345",
        "xk7xk7xk7xk7xk7xk7",
        "abcabcabcabcabd",
    ]);
}

#[test]
fn names_are_cheap_for_who_knows_them_only() {
    let names = ["u2@x.example", "u2", "zyxquo"].map(|name| Zeroizing::new(name.to_owned()));
    for text in [
        "u2@x.exampleu2@x",
        "zyxquowelcome12",
        "oqxyzpassword",
        "zyxqu0zyxqu0!!",
    ] {
        assert!(is_expected(text, &names), "{text}");
    }
    assert!(!expected("zyxquowelcomeback7"));
}

#[test]
fn what_nobody_expects_is_not() {
    for text in [
        "",
        "cabinotterlimespoon",
        "acorn-otter-lilac-spoon-47",
        "mariaridesagreenfireengine",
        "k7wqf-m3xtr-9hpa4",
        "thekettlesingsinthekitchen",
        "729405816352740",
        "qwfpgjluyzxcvbk",
    ] {
        assert!(!expected(text), "{text}");
    }
}

proptest! {
    #[test]
    fn any_listed_password_is_expected_twice_with_a_year_with_digits_and_with_a_row(
        listed in prop::sample::select(
            COMMON_PASSWORDS.iter().filter(|word| (5..=24).contains(&word.len()) && word.is_ascii()).collect::<Vec<_>>(),
        ),
        year in 1900..2100,
        digits in 0..10_000,
        row in prop::sample::select(vec!["qwerty", "asdfgh", "12345", "1qaz", "zxcvbn", "azerty"]),
        sign in prop::sample::select(vec!['!', '.', '-', '#']),
    ) {
        let backwards: String = listed.chars().rev().collect();
        for text in [
            format!("{listed}{listed}"),
            format!("{listed}{sign}{listed}{sign}"),
            format!("{listed}{backwards}"),
            format!("{listed}{year}{sign}"),
            format!("{year}{listed}"),
            format!("{listed}{digits}{sign}"),
            format!("{digits}{listed}"),
            format!("{listed}{row}"),
            format!("{row}{listed}"),
            format!("{backwards}{year}"),
        ] {
            prop_assert!(expected(&text), "{text}");
        }
    }

    #[test]
    fn random_characters_are_not(text in "[a-z0-9]{15,40}") {
        prop_assert!(!expected(&text));
    }

    #[test]
    fn five_random_words_are_not(
        words in prop::collection::vec(prop::sample::select(SHORT_WORDS.iter().collect::<Vec<_>>()), 5..9),
    ) {
        prop_assume!(words.iter().collect::<std::collections::BTreeSet<_>>().len() >= 5);
        prop_assert!(!expected(&words.concat()));
    }
}

#[test]
fn letters_of_another_script_are_read_by_their_sound_and_by_their_look() {
    // By its sound it would begin with "rorsorn".
    let by_look = Candidate::new("рорсоrnрurрlе26", 64);
    assert_eq!(*by_look.seen, "popcornpurple26");
    assert_ne!(by_look.seen, by_look.dense);
    assert!(is_expected_of_anybody(&by_look));
    assert!(!expected(&by_look.dense));
    assert!(Candidate::new("рu", 64).reads(|text| text == "pu"));
    assert!(Candidate::new("рu", 64).reads(|text| text == "ru"));
}

#[test]
fn signs_are_spelled_out_as_the_letters_that_they_stand_for() {
    assert_eq!(*spelled_out("h@ll1g4n", 'i'), "halligan");
    assert_eq!(*spelled_out("h@ll1g4n", 'l'), "halllgan");
    assert_eq!(*spelled_out("no sign", 'i'), "no sign");
}
