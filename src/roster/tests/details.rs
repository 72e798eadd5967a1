//! Display name, phone, station, job title, and from and until when an account is valid.

use proptest::prelude::*;

use super::*;
use crate::{
    text,
    user::{Detail, Details},
};

#[test]
fn details_are_read_from_the_headings_of_other_programs() {
    for (headings, station, title) in [
        (
            "Badge,First Name,Last Name,Display Name,Work Phone,Home Station,Rank",
            "Station 7",
            "Captain",
        ),
        (
            "sAMAccountName,givenName,sn,displayName,telephoneNumber,physicalDeliveryOfficeName,title",
            "Station 7",
            "Captain",
        ),
        (
            "Benutzername,Vorname,Nachname,Anzeigename,Telefonnummer,Wache,Dienstgrad",
            "Station 7",
            "Captain",
        ),
    ] {
        let text =
            format!("{headings}\nE7,Maria,Vasquez,Capt. V.,303 555 0142,{station},{title}\n");
        let user = first(text.as_bytes());
        assert_eq!(
            user.details,
            Details {
                display_name: "Capt. V.".into(),
                phone: "303 555 0142".into(),
                station: station.into(),
                job_title: title.into(),
                ..Details::default()
            },
            "{headings}"
        );
        assert_eq!(
            (user.given_name.as_str(), user.family_name.as_str()),
            ("Maria", "Vasquez")
        );
    }
}

#[test]
fn a_display_name_that_says_the_same_as_the_names_is_none_and_alone_is_the_name() {
    let both = first(b"id,given_name,family_name,display_name\nE7,Maria,Vasquez,Maria Vasquez\n");
    assert_eq!(both.details.display_name, "");
    let alone = first(b"id,displayName\nE7,Maria Vasquez\n");
    assert_eq!(alone.family_name, "Vasquez");
    assert_eq!(alone.details.display_name, "");
    let part = first(b"id,displayName\nE7,\"Vasquez, Maria\"\n");
    assert_eq!(part.given_name, "Maria");
    assert_eq!(part.details.display_name, "");
}

#[test]
fn an_account_is_valid_from_and_until_what_the_row_says() {
    let at = |text: &str| Some(text.parse().unwrap());
    let text = b"id,name,valid from,Valid until\n\
        E7,A B,2026-01-01T08:00:00Z,2026-12-31T18:00:00Z\n\
        E8,A B,,never\n";
    let said: Vec<_> = rows(text).into_iter().map(Result::unwrap).collect();
    assert_eq!(said[0].user.valid_from, at("2026-01-01T08:00:00Z"));
    assert_eq!(said[0].user.valid_until, at("2026-12-31T18:00:00Z"));
    assert_eq!(
        (said[0].said.valid_from, said[0].said.valid_until),
        (true, true)
    );
    assert_eq!(said[1].user.valid_until, None);
    assert_eq!(
        (said[1].said.valid_from, said[1].said.valid_until),
        (false, true),
        "'never' is said, and an empty cell is not"
    );
    // csvde and ldifde write 100 ns since 1601, and two numbers for never.
    let text = b"sAMAccountName,sn,accountExpires\n\
        E1,A,134432136000000000\nE2,B,0\nE3,C,9223372036854775807\n";
    let ends: Vec<_> = rows(text)
        .into_iter()
        .map(|row| row.unwrap().user.valid_until)
        .collect();
    assert_eq!(ends, [at("2026-12-31T18:00:00Z"), None, None]);
}

#[test]
fn a_number_that_is_no_time_of_active_directory_ends_nobodys_account_in_1601() {
    for number in [
        "20261231",
        "46387",
        "2026123100",
        "1798761599",
        "-1",
        "99999999999999999",
    ] {
        let told = faults(format!("id,name,valid_until\nE1,A,{number}\n").as_bytes());
        let sentence = format!(
            "line 2: '{number}' is no day such as 2026-12-31, nor a time such as 2026-12-31 18:00"
        );
        assert_eq!(told, [sentence]);
    }
    let first_that_counts = b"id,name,valid_until\nE1,A,100000000000000000\n";
    assert_eq!(
        rows(first_that_counts)[0]
            .as_ref()
            .unwrap()
            .user
            .valid_until,
        Some("1917-11-21T17:46:40Z".parse().unwrap())
    );
}

#[test]
fn what_cannot_be_kept_refuses_the_row_with_the_reason() {
    assert_eq!(
        faults(
            b"id,name,phone,valid_until\n\
              E1,A,call me,\n\
              E2,B,,12/31/2026\n\
              E3,C,911,2026-12-31\n"
        ),
        [
            "line 2: the phone holds 'c', which no phone number has",
            "line 3: '12/31/2026' is no day such as 2026-12-31, nor a time such as 2026-12-31 18:00",
        ]
    );
}

#[test]
fn a_row_says_only_the_details_that_stand_in_it() {
    let text = b"id,name,phone,station\nE1,A,911,\n";
    let row = rows(text)[0].clone().unwrap();
    for (detail, said) in Detail::ALL.into_iter().zip(row.said.details) {
        assert_eq!(said, detail == Detail::Phone, "{detail:?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_in_our_own_words_is_read_as_the_same_people(
        people in prop::collection::vec(
            ("[A-Z][0-9]{1,5}", "[A-Z][a-zäöü' -]{0,12}[a-z]", "[A-Z][a-z]{1,12}",
             "(\\+1 )?[0-9]{3} [0-9]{3}", "[=+@-]?[A-Za-z0-9,; \"]{0,12}", "[A-Za-z. ]{0,12}",
             0_i64..4_000_000_000, prop::option::of(1_i64..4_000_000_000)),
            1..8,
        ),
    ) {
        let mut file = String::from(
            "id,given_name,family_name,phone,station,job_title,display_name,valid_from,valid_until\n",
        );
        let cell = |text: &str| format!("\"{}\"", text::csv_cell(text).replace('"', "\"\""));
        let stamp = |at: i64| jiff::Timestamp::from_second(at).unwrap();
        let mut wanted = Vec::new();
        for (nth, (id, given, family, phone, station, title, from, length)) in
            people.into_iter().enumerate()
        {
            let until = length.map(|length| stamp(from + length));
            let user = NewUser {
                login: format!("{id}-{nth}"),
                given_name: given.trim().into(),
                family_name: family,
                active: true,
                details: Details {
                    display_name: title.trim().chars().rev().collect::<String>().trim().into(),
                    phone,
                    station: station.trim().into(),
                    job_title: title.trim().into(),
                    ..Details::default()
                },
                valid_from: Some(stamp(from)),
                valid_until: until,
                ..NewUser::default()
            };
            let row = [
                cell(&user.login), cell(&user.given_name), cell(&user.family_name),
                cell(&user.details.phone), cell(&user.details.station),
                cell(&user.details.job_title), cell(&user.details.display_name),
                stamp(from).to_string(),
                until.map_or_else(|| "never".into(), |until| until.to_string()),
            ];
            file.push_str(&row.join(","));
            file.push('\n');
            wanted.push(user);
        }
        let read: Vec<_> = rows(file.as_bytes()).into_iter().map(|row| row.unwrap().user).collect();
        prop_assert_eq!(read, wanted);
    }
}
