//! Clients that write at once, none of whom has named a version.

use futures_util::future::join_all;

use super::*;
use crate::{directory::UserChange, user::UserId};

async fn rename(api: &Api, id: &str, name: String) -> u16 {
    let set = json!([{ "op": "replace", "path": "name.givenName", "value": name }]);
    api.patch(&api.all, id, set).await.status
}

#[tokio::test]
async fn eight_clients_patch_one_user_ten_times_each_and_none_is_refused() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let (api, id) = (&api, id.as_str());
    let clients = (0..8).map(async |client| {
        let mut statuses = Vec::new();
        for n in 0..10 {
            statuses.push(rename(api, id, format!("Given {client} {n}")).await);
        }
        statuses
    });
    let statuses = join_all(clients).await.concat();
    assert_eq!(statuses, [200; 80]);
    let path = format!("/Users/{id}");
    let now = api.scim(&api.all, Method::GET, &path, None).await;
    assert_eq!(now.headers[header::ETAG], "W/\"81\"", "each is a change");
}

#[tokio::test]
async fn a_change_is_tried_again_when_somebody_outside_of_this_server_was_faster() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let user = UserId(id.clone());
    let elsewhere = async {
        for n in 0..40 {
            let change = UserChange {
                family_name: Some(format!("Family {n}")),
                ..UserChange::default()
            };
            let at = api.desk.at(&api.chief);
            let seat = at.users_change(Kind::UserChanged).await.unwrap();
            seat.change_user(&user, None, &change, "").await.unwrap();
        }
    };
    let here = async {
        for n in 0..40 {
            assert_eq!(rename(&api, &id, format!("Given {n}")).await, 200);
        }
    };
    tokio::join!(elsewhere, here);
    let now = api.get(&id).await;
    assert_eq!(
        now["name"],
        json!({ "givenName": "Given 39", "familyName": "Family 39" })
    );
    let conflicts = api.records_after(0).await;
    let conflicts = conflicts
        .iter()
        .filter(|record| record.event.outcome != Outcome::Done);
    assert!(
        conflicts.count() > 80,
        "the two did meet, or this test shows nothing"
    );
}

#[tokio::test]
async fn a_version_that_a_client_names_is_still_obeyed() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    assert_eq!(rename(&api, &id, "Ann".into()).await, 200);
    let body = json!({ "schemas": [patch::URN], "Operations": [
        { "op": "replace", "path": "active", "value": false },
    ] });
    for (version, status) in [("W/\"1\"", 412), ("W/\"2\"", 200), ("*", 200)] {
        let request = Request::builder()
            .method(Method::PATCH)
            .uri(format!("/scim/v2/Users/{id}"))
            .header(header::HOST, "localhost")
            .header(header::IF_MATCH, version)
            .header(header::AUTHORIZATION, format!("Bearer {}", api.all))
            .header(header::CONTENT_TYPE, "application/scim+json")
            .extension(ClientAddress::of(IpAddr::from(HERE)))
            .body(body.to_string().into())
            .unwrap();
        assert_eq!(api.send(request).await.status, status, "{version}");
    }
}
