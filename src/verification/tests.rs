use super::*;

fn residents(strictness: Strictness) -> Rules {
    Rules {
        kinds: BTreeMap::from([(AccountKind::Residential, strictness)]),
        ..Rules::default()
    }
}

#[test]
fn nothing_is_asked_where_the_site_says_nothing() {
    let rules = Rules::default();
    assert!(rules.is_off());
    assert_eq!(rules.fault(), None);
    for act in [Act::Reset, Act::Unlock, Act::Enable, Act::Contact] {
        assert_eq!(rules.strictness(&[act], None, true), Strictness::Off);
    }
}

#[test]
fn each_act_has_its_own_strictness_and_the_strictest_of_several_counts() {
    let rules = Rules {
        reset: Strictness::Required,
        unlock: Strictness::Asked,
        ..Rules::default()
    };
    let of = |acts: &[Act]| rules.strictness(acts, Some(AccountKind::Staff), false);
    assert_eq!(of(&[Act::Reset]), Strictness::Required);
    assert_eq!(of(&[Act::Unlock]), Strictness::Asked);
    assert_eq!(of(&[Act::Enable]), Strictness::Off);
    assert_eq!(of(&[Act::Contact]), Strictness::Off);
    assert_eq!(of(&[Act::Unlock, Act::Reset]), Strictness::Required);
    assert_eq!(of(&[]), Strictness::Off);
}

#[test]
fn the_contact_and_enabling_are_read_from_their_own_keys() {
    let rules = Rules {
        enable: Strictness::Asked,
        contact: Strictness::Required,
        ..Rules::default()
    };
    assert!(!rules.is_off());
    assert_eq!(
        rules.strictness(&[Act::Enable], None, false),
        Strictness::Asked
    );
    assert_eq!(
        rules.strictness(&[Act::Contact], None, false),
        Strictness::Required
    );
}

#[test]
fn kinds_and_operators_make_it_stricter_and_never_laxer() {
    let rules = Rules {
        reset: Strictness::Asked,
        operators: Strictness::Required,
        ..residents(Strictness::Required)
    };
    let of = |kind, is_operator| rules.strictness(&[Act::Reset], kind, is_operator);
    assert_eq!(of(Some(AccountKind::Staff), false), Strictness::Asked);
    assert_eq!(
        of(Some(AccountKind::Residential), false),
        Strictness::Required
    );
    assert_eq!(of(Some(AccountKind::Staff), true), Strictness::Required);
    assert_eq!(of(None, false), Strictness::Asked);
    let laxer = Rules {
        reset: Strictness::Required,
        ..residents(Strictness::Off)
    };
    let of = laxer.strictness(&[Act::Reset], Some(AccountKind::Residential), false);
    assert_eq!(of, Strictness::Required);
    assert_eq!(
        rules.strictness(&[], Some(AccountKind::Residential), true),
        Strictness::Off
    );
}

#[test]
fn rules_that_could_not_be_met_are_a_fault() {
    let with = |methods: &[Method]| Rules {
        reset: Strictness::Required,
        methods: methods.to_vec(),
        ..Rules::default()
    };
    assert_eq!(with(&[Method::InPerson]).fault(), None);
    assert_eq!(with(&[Method::Supervisor, Method::CallBack]).fault(), None);
    assert!(
        with(&[Method::CallBack])
            .fault()
            .unwrap()
            .contains("in-person or supervisor")
    );
    assert!(
        with(&[Method::RadioUnit])
            .fault()
            .unwrap()
            .contains("radio-unit needs another")
    );
    assert!(with(&[]).fault().is_some());
    let no_time = Rules {
        window_min: 0,
        ..with(&Method::ALL)
    };
    assert!(no_time.fault().unwrap().contains("window_min"));
}

#[test]
fn every_method_is_found_by_its_word() {
    for method in Method::ALL {
        assert_eq!(Method::from_word(method.word()), Some(method));
        assert_eq!(
            Method::from_word(&format!(" {} ", method.word().to_uppercase())),
            Some(method)
        );
        let json = serde_json::to_value(method).unwrap();
        assert_eq!(json, method.word());
    }
    assert_eq!(Method::from_word("birthday"), None);
}
