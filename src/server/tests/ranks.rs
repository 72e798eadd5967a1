//! Nobody touches somebody who holds more, gives what is not held, or works on the own account.

use super::*;
use Permission::{RolesUpdate, UsersRead, UsersUpdate, UsersUpdateStatus};

/// Everything that can be done to a user.
fn acts(id: &str) -> Vec<(&'static str, Method, String, Option<Value>)> {
    let set = |path: &str, value: Value| {
        let operations = json!([{ "op": "replace", "path": path, "value": value }]);
        Some(json!({ "schemas": [patch::URN], "Operations": operations }))
    };
    let user = format!("/Users/{id}");
    vec![
        (
            "rename",
            Method::PATCH,
            user.clone(),
            set("name.familyName", "X".into()),
        ),
        (
            "disable",
            Method::PATCH,
            user.clone(),
            set("active", false.into()),
        ),
        (
            "set a password",
            Method::PATCH,
            user.clone(),
            set("password", PASSWORD.into()),
        ),
        (
            "take the password away",
            Method::PATCH,
            user.clone(),
            Some(json!({
                "schemas": [patch::URN],
                "Operations": [{ "op": "remove", "path": "password" }],
            })),
        ),
        (
            "replace",
            Method::PUT,
            user.clone(),
            Some(resource("Replaced")),
        ),
        ("remove", Method::DELETE, user.clone(), None),
        (
            "unlock",
            Method::POST,
            format!("{user}/.unlock"),
            Some(json!({ "schemas": [super::super::actions::UNLOCK_URN] })),
        ),
        (
            "check",
            Method::POST,
            format!("{user}/.check"),
            Some(json!({ "schemas": [super::super::actions::CHECK_URN], "password": PASSWORD })),
        ),
    ]
}

async fn refused(api: &Api, token: &str, id: &str) {
    let before = api.get(id).await;
    for (name, method, path, body) in acts(id) {
        let sequence = api.last_sequence().await;
        let answer = api.scim(token, method, &path, body).await;
        assert_eq!(answer.status, 403, "{name}: {answer:?}");
        let records = api.records_after(sequence).await;
        let [refusal] = &records[..] else {
            panic!("{name}: not one record: {records:#?}")
        };
        assert!(
            matches!(refusal.event.outcome, Outcome::Refused(_)),
            "{name}"
        );
        match &refusal.event.target {
            Some(target) => assert_eq!(target.id.0, id, "{name}"),
            // Without the permission to remove anybody, nobody is looked at.
            None => assert_eq!(name, "remove"),
        }
    }
    assert_eq!(api.get(id).await, before);
}

#[tokio::test]
async fn whoever_holds_more_than_the_token_is_out_of_its_reach() {
    let api = Api::open().await;
    let (chief, _) = api.operator("E1", Role::Administrator).await;
    let (auditor, _) = api.operator("E2", Role::Auditor).await;
    let (_, helper) = api.operator("E3", Role::HelpDesk).await;
    refused(&api, &helper, &chief).await;
    refused(&api, &helper, &auditor).await;
    let client = api
        .client("narrow", Permissions::from_iter([UsersRead, UsersUpdate]))
        .await;
    refused(&api, &client, &auditor).await;
}

#[tokio::test]
async fn whoever_holds_as_much_as_the_operator_is_within_reach() {
    let api = Api::open().await;
    let (_, helper) = api.operator("E3", Role::HelpDesk).await;
    for (n, (name, ..)) in acts("").into_iter().enumerate() {
        let id = api.add(&format!("P{n}"), Role::HelpDesk).await;
        let (_, method, path, body) = acts(&id).remove(n);
        let answer = api.scim(&helper, method, &path, body).await;
        if name == "remove" {
            assert_eq!(answer.status, 403, "the help desk removes nobody");
        } else {
            assert!(answer.status < 300, "{name}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_own_account_is_changed_by_the_old_password_alone() {
    let api = Api::open().await;
    let (id, token) = api.operator("E1", Role::Administrator).await;
    refused(&api, &token, &id).await;
    let answer = api
        .patch(
            &token,
            &id,
            json!([{ "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": "none" }]),
        )
        .await;
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[tokio::test]
async fn a_role_is_given_only_by_who_holds_all_that_is_in_it() {
    let api = Api::open().await;
    let token = api
        .client(
            "roles",
            Permissions::from_iter([UsersRead, UsersUpdate, UsersUpdateStatus, RolesUpdate]),
        )
        .await;
    let id = api.add("E1", Role::None).await;
    let role = |word: &str| json!([{ "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": word }]);
    for (word, status) in [
        ("auditor", 403),
        ("administrator", 403),
        ("viewer", 200),
        ("help-desk", 200),
        ("none", 200),
    ] {
        let answer = api.patch(&token, &id, role(word)).await;
        assert_eq!(answer.status, status, "{word}: {answer:?}");
    }
    // Nor is one taken away that holds more.
    let auditor = api.add("E2", Role::Auditor).await;
    let answer = api.patch(&token, &auditor, role("none")).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(api.get(&auditor).await[EXTENSION_URN]["role"], "auditor");
    // With other attributes it is no easier.
    let both = json!([
        { "op": "replace", "path": "name.familyName", "value": "Vasquez" },
        { "op": "replace", "path": format!("{EXTENSION_URN}:role"), "value": "auditor" },
    ]);
    let before = api.get(&id).await;
    let answer = api.patch(&token, &id, both).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(api.get(&id).await, before);
}
