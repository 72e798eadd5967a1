//! Names are compared in one form: by filters, by uniqueness and by a roster alike.

use super::*;
use crate::directory::{ImportOrder, ImportWatch, RosterRow};

const COMPOSED: &str = "ren\u{e9}";
const DECOMPOSED: &str = "rene\u{301}";

async fn found(api: &Api, filter: &str) -> usize {
    let encoded: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let path = format!("/Users?filter={encoded}");
    let answer = api.scim(&api.all, Method::GET, &path, None).await;
    assert_eq!(answer.status, 200, "{filter} {answer:?}");
    answer.body["Resources"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn a_name_is_found_in_whatever_form_it_was_written() {
    for written in [COMPOSED, DECOMPOSED, "REN\u{c9}", "RENE\u{301}"] {
        let api = Api::open().await;
        let mut wanted = resource(written);
        wanted["displayName"] = format!("Shown {written} Ltd").into();
        let answer = api
            .scim(&api.all, Method::POST, "/Users", Some(wanted))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for asked in [COMPOSED, DECOMPOSED, "REN\u{c9}"] {
            for filter in [
                format!("userName eq \"{asked}\""),
                format!("userName co \"{}\"", &asked[1..]),
                format!("userName sw \"{asked}\""),
                format!("userName ew \"{asked}\""),
                format!("emails.value eq \"{asked}@example.org\""),
                format!("emails[value sw \"{asked}\"]"),
                format!("name.familyName ew \"{asked}\""),
                format!("displayName co \"{asked}\""),
            ] {
                assert_eq!(found(&api, &filter).await, 1, "{written:?} {filter:?}");
            }
            let filter = format!("userName ne \"{asked}\" and userName sw \"r\"");
            assert_eq!(found(&api, &filter).await, 0, "{filter:?}");
        }
    }
}

#[tokio::test]
async fn a_name_in_another_form_is_taken() {
    for (first, second) in [
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
        ("ΟΔΟΣ", "οδοσ"),
        ("οδος", "ΟΔΟΣ"),
    ] {
        let api = Api::open().await;
        let id = api.add(first, Role::None).await;
        let mut by_email = resource("E2");
        by_email["emails"] = json!([{ "value": format!("{second}@EXAMPLE.org") }]);
        for taken in [resource(second), by_email] {
            let answer = api
                .scim(&api.all, Method::POST, "/Users", Some(taken))
                .await;
            assert_eq!(
                (answer.status, &answer.body["scimType"]),
                (409, &json!("uniqueness")),
                "{answer:?}"
            );
        }
        let rows = [Ok(RosterRow::whole(
            2,
            NewUser {
                email: "other@example.org".into(),
                ..person(second, Role::None)
            },
        ))];
        let at = api.desk.at(&api.chief);
        let seat = at.users_create(Kind::RosterImported).await.unwrap();
        let refused = seat
            .import(
                Box::new(rows.into_iter()),
                ImportOrder::default(),
                ImportWatch::default(),
                Box::new(|_| {}),
            )
            .await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("is taken by"), "{refused}");
        // The same user in another form is the same user.
        let set = json!([{ "op": "replace", "path": "userName", "value": second }]);
        assert_eq!(api.patch(&api.all, &id, set).await.status, 200);
    }
}
