//! The filter grammar of RFC 7644 section 3.4.2.2.

use halligan::scim::{
    Filter, ScimType,
    filter::{Literal, MAX_DEPTH, MAX_TERMS, Operator, PatchPath},
    path::AttributePath,
};
use proptest::prelude::*;

#[test]
fn every_filter_of_the_rfc_is_understood() {
    for text in [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"userName sw "J""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        "title pr",
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
        r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
        r#"title pr and userType eq "Employee""#,
        r#"title pr or userType eq "Intern""#,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType eq "Employee" and (emails.type eq "work")"#,
        r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
    ] {
        let filter: Filter = text
            .parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.to_string().parse::<Filter>().unwrap(), filter);
    }
}

#[test]
fn and_binds_stronger_than_or_and_not_strongest() {
    let filter: Filter = r"a pr or b pr and not (c pr) or d pr".parse().unwrap();
    let present = |name: &str| Filter::Present(AttributePath::plain(name));
    assert_eq!(
        filter,
        Filter::Or(vec![
            present("a"),
            Filter::And(vec![present("b"), Filter::Not(Box::new(present("c")))]),
            present("d"),
        ])
    );
}

#[test]
fn operators_and_attributes_are_read_in_any_case_and_strings_as_json() {
    let filter: Filter = r#"USERNAME Eq "a\"b\\cé \n""#.parse().unwrap();
    assert_eq!(
        filter,
        Filter::compare("userName", Operator::Eq, "a\"b\\c\u{e9} \n")
    );
}

// Found by fuzzing: serde_json alone reads these up to one bit beside the nearest f64.
#[test]
fn a_number_of_many_digits_prints_as_it_was_read() {
    for number in ["4".repeat(47), "0.30000000000000004".into(), "-1e-7".into()] {
        let filter: Filter = format!("lock.failures ge {number}").parse().unwrap();
        assert_eq!(filter.to_string().parse::<Filter>().unwrap(), filter);
        let Filter::Compare(_, _, Literal::Number(read)) = filter else {
            panic!("{number} is compared with");
        };
        assert_eq!(read.as_f64(), number.parse().ok());
    }
    assert!("lock.failures ge 1e999".parse::<Filter>().is_err());
}

#[test]
fn an_attribute_may_be_called_not() {
    assert_eq!(
        "not pr".parse::<Filter>().unwrap(),
        Filter::Present(AttributePath::plain("not"))
    );
}

#[test]
fn a_bad_filter_is_refused_with_its_place() {
    for (text, says) in [
        ("", "name of an attribute expected at the end"),
        ("userName", "one of eq, ne"),
        ("userName eq", "a string in quotes"),
        (r#"userName eq "a"#, "no closing quote"),
        ("userName eq a", "a string in quotes"),
        (r#"userName like "a""#, "character 10"),
        (r#"userName eq "a" userName"#, "'and', 'or' or the end"),
        (r#"(userName eq "a""#, "')' expected"),
        (r"emails[value[type pr]]", "bracket inside a bracket"),
        (r#"userName eq "a" and"#, "name of an attribute expected"),
        ("userName eq {}", "a string in quotes"),
        (r#"userName eq "\x""#, "a JSON string"),
        ("1a pr", "name of an attribute"),
    ] {
        let error = text.parse::<Filter>().expect_err(text);
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter));
        assert!(error.detail.contains(says), "{text:?}: {}", error.detail);
    }
}

#[test]
fn depth_and_number_of_terms_are_bounded() {
    let deep = format!(
        "{}a pr{}",
        "(".repeat(MAX_DEPTH + 2),
        ")".repeat(MAX_DEPTH + 2)
    );
    assert!(
        deep.parse::<Filter>()
            .unwrap_err()
            .detail
            .contains("deeper")
    );
    let wide = vec!["a pr"; MAX_TERMS + 1].join(" or ");
    assert!(
        wide.parse::<Filter>()
            .unwrap_err()
            .detail
            .contains("more than")
    );
    assert!(
        vec!["a pr"; MAX_TERMS]
            .join(" or ")
            .parse::<Filter>()
            .is_ok()
    );
}

#[test]
fn a_patch_path_may_end_in_a_sub_attribute_behind_the_filter() {
    let path: PatchPath = r#"emails[type eq "work"].value"#.parse().unwrap();
    assert_eq!(path.attribute.to_string(), "emails.value");
    assert_eq!(
        path.filter,
        Some(Filter::compare("type", Operator::Eq, "work"))
    );
    for text in [
        "emails[",
        "emails[]",
        "emails[type pr]x",
        "emails[type pr].a.b",
        "a b",
    ] {
        assert_eq!(
            text.parse::<PatchPath>().unwrap_err().scim_type,
            Some(ScimType::InvalidPath),
            "{text}"
        );
    }
}

fn path() -> impl Strategy<Value = AttributePath> {
    let name = "[a-zA-Z][a-zA-Z0-9_-]{0,6}";
    let urn = prop::option::weighted(
        0.2,
        prop::sample::select(vec![
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:example:1.0:Thing",
        ]),
    );
    (urn, name, prop::option::of(name)).prop_map(|(urn, name, sub)| AttributePath {
        urn: urn.map(ToOwned::to_owned),
        name,
        sub,
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Boolean),
        any::<i64>().prop_map(|number| Literal::Number(number.into())),
        any::<String>().prop_map(Literal::Text),
    ]
}

fn comparison() -> impl Strategy<Value = Filter> {
    let operator = prop::sample::select(Operator::ALL.to_vec()).prop_map(|(operator, _)| operator);
    prop_oneof![
        (path(), operator, literal()).prop_map(|(p, o, l)| Filter::Compare(p, o, l)),
        path().prop_map(Filter::Present),
    ]
}

fn flat(part: &Filter, and: bool) -> Vec<Filter> {
    match part {
        Filter::And(parts) if and => parts.clone(),
        Filter::Or(parts) if !and => parts.clone(),
        other => vec![other.clone()],
    }
}

fn logical(inner: impl Strategy<Value = Filter> + Clone + 'static) -> BoxedStrategy<Filter> {
    let list = prop::collection::vec(inner.clone(), 2..4);
    prop_oneof![
        inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        (list, any::<bool>()).prop_map(|(parts, and)| {
            // What is printed in parentheses reads back as its own list; "a and b and c" as one.
            let parts = if and {
                parts
            } else {
                parts.iter().flat_map(|part| flat(part, and)).collect()
            };
            if and {
                Filter::And(parts)
            } else {
                Filter::Or(parts)
            }
        }),
    ]
    .boxed()
}

fn filters() -> impl Strategy<Value = Filter> {
    let inside = comparison().prop_recursive(2, 6, 3, logical);
    let leaf = prop_oneof![
        4 => comparison(),
        1 => (path(), inside).prop_map(|(path, inner)| Filter::Within(path, Box::new(inner))),
    ];
    leaf.prop_recursive(4, 24, 3, logical)
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_the_same(filter in filters()) {
        let text = filter.to_string();
        prop_assert_eq!(text.parse::<Filter>().unwrap(), filter, "{}", text);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}|[a-z\\[\\]()\" .:\\\\]{0,80}") {
        let _ = text.parse::<Filter>();
        let _ = text.parse::<PatchPath>();
    }
}
