use proptest::prelude::*;

use super::*;

const STATIONS: [&str; 4] = ["7", "Île 4", "o'hare", "central"];

fn reach() -> impl Strategy<Value = Reach> {
    let kinds = prop::option::of((0_u8..16).prop_map(Kinds::from_bits));
    let station = prop::sample::select(vec!["7", " 7", "ÎLE 4", "O'Hare ", "Central"]);
    let stations = prop::collection::vec(station.prop_map(str::to_owned), 0..4);
    (kinds, prop::option::of(stations)).prop_map(|(kinds, stations)| Reach { kinds, stations })
}

fn accounts() -> impl Iterator<Item = (Option<AccountKind>, Option<&'static str>)> {
    let kinds = AccountKind::ALL.into_iter().map(Some).chain([None]);
    let stations = || STATIONS.into_iter().map(Some).chain([Some(""), None]);
    kinds.flat_map(move |kind| stations().map(move |station| (kind, station)))
}

proptest! {
    #[test]
    fn a_reach_within_another_covers_nobody_whom_the_other_does_not(one in reach(), other in reach()) {
        let covered = |(kind, station): &(_, _)| one.covers(*kind, *station);
        let by_other = accounts().filter(covered)
            .all(|(kind, station)| other.covers(kind, station));
        if one.is_within(&other) {
            prop_assert!(by_other, "{one} {other}");
        }
        // And the other way round, but for a reach that covers nobody at all.
        if by_other && accounts().any(|account| covered(&account)) {
            prop_assert!(one.is_within(&other), "{one} {other}");
        }
        prop_assert!(one.is_within(&one));
        prop_assert!(one.is_within(&Reach::EVERYWHERE));
    }

    #[test]
    fn whoever_gives_at_most_their_own_reach_lets_nobody_reach_further_by_two_steps(
        one in reach(), two in reach(), three in reach(),
    ) {
        if three.is_within(&two) && two.is_within(&one) {
            prop_assert!(three.is_within(&one));
        }
    }

    #[test]
    fn a_reach_comes_back_from_json_as_it_was(one in reach()) {
        let text = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Reach>(&text).unwrap(), one);
    }
}

#[test]
fn what_is_not_known_of_an_account_is_beyond_every_limit_that_speaks_of_it() {
    let kinds = Reach {
        kinds: Some(AccountKind::ALL.into_iter().collect()),
        stations: None,
    };
    let stations = Reach {
        kinds: None,
        stations: Some(vec!["7".into(), String::new()]),
    };
    assert!(Reach::EVERYWHERE.covers(None, None));
    assert!(!kinds.covers(None, Some("7")));
    assert!(kinds.covers(Some(AccountKind::Unit), None));
    assert!(!stations.covers(Some(AccountKind::Unit), None));
    assert!(!stations.covers(None, Some("")));
    assert!(stations.covers(None, Some(" 7 ")));
}

#[test]
fn a_reach_is_told_in_words() {
    use AccountKind::{Commercial, Residential, Unit};
    let of = |kinds: &[AccountKind], stations: Option<&[&str]>| Reach {
        kinds: (!kinds.is_empty()).then(|| kinds.iter().copied().collect()),
        stations: stations.map(|all| all.iter().map(|one| (*one).to_owned()).collect()),
    };
    for (reach, words) in [
        (of(&[], None), "every account"),
        (of(&[Residential], None), "residential accounts"),
        (
            of(&[Unit, Residential, Commercial], None),
            "residential, commercial and unit accounts",
        ),
        (of(&[], Some(&["7"])), "accounts of station 7"),
        (
            of(&[Residential], Some(&["7", "8"])),
            "residential accounts of stations 7 and 8",
        ),
        (of(&[], Some(&[])), "accounts of no station"),
    ] {
        assert_eq!(reach.to_string(), words);
    }
    let nobody = Reach {
        kinds: Some(Kinds::default()),
        stations: None,
    };
    assert_eq!(nobody.to_string(), "no account");
}
