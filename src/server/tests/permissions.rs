//! Every address with every scope: what a token lacks is refused, changes nothing and is recorded.

use super::*;
use Permission::{
    AuditRead, RolesUpdate, TokensUpdate, UsersCreate, UsersDelete, UsersForceLogout, UsersRead,
    UsersUpdate, UsersUpdateStatus,
};

/// An act, the permissions that it wants, and under what its refusal is recorded.
struct Act {
    name: &'static str,
    method: Method,
    /// `{id}` is a user made for this act.
    path: &'static str,
    body: fn(login: &str) -> Option<Value>,
    wants: &'static [Permission],
    kind: Kind,
    done: u16,
}

#[expect(clippy::too_many_lines, reason = "a table, one entry an act")]
fn acts() -> Vec<Act> {
    vec![
        Act {
            name: "list",
            method: Method::GET,
            path: "/Users",
            body: |_| None,
            wants: &[UsersRead],
            kind: Kind::SearchOpened,
            done: 200,
        },
        Act {
            name: "search users",
            method: Method::POST,
            path: "/Users/.search",
            body: |_| Some(search()),
            wants: &[UsersRead],
            kind: Kind::SearchOpened,
            done: 200,
        },
        Act {
            name: "search everything",
            method: Method::POST,
            path: "/.search",
            body: |_| Some(search()),
            wants: &[UsersRead],
            kind: Kind::SearchOpened,
            done: 200,
        },
        Act {
            name: "read",
            method: Method::GET,
            path: "/Users/{id}",
            body: |_| None,
            wants: &[UsersRead],
            kind: Kind::UserViewed,
            done: 200,
        },
        Act {
            name: "add",
            method: Method::POST,
            path: "/Users",
            body: |login| Some(resource(&format!("{login}-new"))),
            wants: &[UsersCreate],
            kind: Kind::UserCreated,
            done: 201,
        },
        Act {
            name: "add an operator",
            method: Method::POST,
            path: "/Users",
            body: |login| {
                let mut wanted = resource(&format!("{login}-new"));
                wanted[EXTENSION_URN] = json!({ "role": "help-desk" });
                Some(wanted)
            },
            wants: &[
                UsersCreate,
                RolesUpdate,
                UsersRead,
                UsersUpdate,
                UsersUpdateStatus,
            ],
            kind: Kind::UserCreated,
            done: 201,
        },
        Act {
            name: "rename",
            method: Method::PATCH,
            path: "/Users/{id}",
            body: |_| Some(operation("name.familyName", "Vasquez")),
            wants: &[UsersUpdate],
            kind: Kind::UserChanged,
            done: 200,
        },
        Act {
            name: "replace",
            method: Method::PUT,
            path: "/Users/{id}",
            body: |login| Some(resource(&format!("{login}-renamed"))),
            wants: &[UsersUpdate],
            kind: Kind::UserChanged,
            done: 200,
        },
        Act {
            name: "disable",
            method: Method::PATCH,
            path: "/Users/{id}",
            body: |_| Some(operation("active", false)),
            wants: &[UsersUpdateStatus],
            kind: Kind::UserChanged,
            done: 200,
        },
        Act {
            name: "set a password",
            method: Method::PATCH,
            path: "/Users/{id}",
            body: |_| Some(operation("password", PASSWORD)),
            wants: &[UsersUpdate],
            kind: Kind::UserChanged,
            done: 200,
        },
        Act {
            name: "give a role",
            method: Method::PATCH,
            path: "/Users/{id}",
            body: |_| Some(operation(&format!("{EXTENSION_URN}:role"), "auditor")),
            wants: &[RolesUpdate, UsersRead, AuditRead],
            kind: Kind::RoleAssigned,
            done: 200,
        },
        Act {
            name: "unlock",
            method: Method::POST,
            path: "/Users/{id}/.unlock",
            body: |_| Some(json!({ "schemas": [super::super::actions::UNLOCK_URN] })),
            wants: &[UsersUpdate],
            kind: Kind::Unlock,
            done: 200,
        },
        Act {
            name: "sign out",
            method: Method::POST,
            path: "/Users/{id}/.sign-out",
            body: |_| Some(json!({ "schemas": [super::super::actions::SIGN_OUT_URN] })),
            wants: &[UsersForceLogout],
            kind: Kind::SessionsEnded,
            done: 200,
        },
        Act {
            name: "check",
            method: Method::POST,
            path: "/Users/{id}/.check",
            body: |_| {
                let schemas = [super::super::actions::CHECK_URN];
                Some(json!({ "schemas": schemas, "password": PASSWORD }))
            },
            wants: &[UsersUpdate],
            kind: Kind::PasswordChecked,
            done: 200,
        },
        Act {
            name: "remove",
            method: Method::DELETE,
            path: "/Users/{id}",
            body: |_| None,
            wants: &[UsersDelete],
            kind: Kind::UserRemoved,
            done: 204,
        },
    ]
}

fn search() -> Value {
    json!({ "schemas": [crate::scim::list::SEARCH_URN] })
}

fn operation(path: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    json!({
        "schemas": [patch::URN],
        "Operations": [{ "op": "replace", "path": path, "value": value }],
    })
}

/// Does `act` with a token of these permissions, and holds what comes of it against the table.
async fn holds(api: &Api, act: &Act, name: &str, permissions: Permissions) {
    let what = format!("{} with {permissions}", act.name);
    let token = api.client(name, permissions).await;
    let id = api.add(name, Role::None).await;
    let before = api.get(&id).await;
    let sequence = api.last_sequence().await;
    let path = act.path.replace("{id}", &id);
    let answer = api
        .scim(&token, act.method.clone(), &path, (act.body)(name))
        .await;
    let missing: Vec<_> = act
        .wants
        .iter()
        .filter(|wanted| !permissions.holds(**wanted))
        .collect();
    if missing.is_empty() {
        assert_eq!(answer.status, act.done, "{what}: {answer:?}");
        return;
    }
    assert_eq!(answer.status, 403, "{what}: {answer:?}");
    assert_eq!(answer.body["schemas"][0], crate::scim::error::URN, "{what}");
    let records = api.records_after(sequence).await;
    let [refusal] = &records[..] else {
        panic!("{what}: not one record: {records:#?}")
    };
    assert!(
        matches!(refusal.event.outcome, Outcome::Refused(_)),
        "{what}"
    );
    let operator = refusal.event.operator.as_ref().unwrap();
    assert_eq!(operator.login, format!("client:{name}"), "{what}");
    assert_eq!(refusal.event.source, "api 192.0.2.7", "{what}");
    // Where the permission to change at all is missing, what was wanted is not looked at.
    if permissions.holds(act.wants[0]) || act.wants.len() == 1 {
        let read = act.kind == Kind::UserChanged || refusal.event.kind == Kind::UserChanged;
        assert!(
            read || refusal.event.kind == act.kind,
            "{what}: {refusal:?}"
        );
    }
    assert_eq!(api.get(&id).await, before, "{what}");
}

#[tokio::test]
async fn a_token_that_lacks_one_permission_is_refused_exactly_what_wants_it() {
    let api = Api::open().await;
    for (n, act) in acts().iter().enumerate() {
        for permission in Permission::ALL {
            let permissions = Permissions::all().without(permission);
            holds(
                &api,
                act,
                &format!("L{n}-{}", permission as u8),
                permissions,
            )
            .await;
        }
    }
}

#[tokio::test]
async fn a_token_of_one_permission_does_what_that_allows_and_nothing_else() {
    let api = Api::open().await;
    for (n, act) in acts().iter().enumerate() {
        for permission in Permission::ALL {
            let permissions = Permissions::from_iter([permission]);
            holds(
                &api,
                act,
                &format!("O{n}-{}", permission as u8),
                permissions,
            )
            .await;
        }
    }
}

#[tokio::test]
async fn a_bulk_request_is_allowed_each_part_of_it_or_not() {
    let api = Api::open().await;
    let id = api.add("E1", Role::None).await;
    let token = api
        .client("creator", Permissions::from_iter([UsersCreate]))
        .await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "a", "data": resource("B1") },
            { "method": "PATCH", "path": format!("/Users/{id}"), "data": operation("active", false) },
            { "method": "PUT", "path": format!("/Users/{id}"), "data": resource("B2") },
            { "method": "DELETE", "path": format!("/Users/{id}") },
        ],
    });
    let answer = api.scim(&token, Method::POST, "/Bulk", Some(body)).await;
    let statuses: Vec<_> = answer.body["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["201", "403", "403", "403"], "{answer:?}");
    assert_eq!(api.get(&id).await["userName"], "E1");
}

#[tokio::test]
async fn without_a_token_nothing_but_the_description_of_the_service_is_shown() {
    let api = Api::open().await;
    for act in acts() {
        let answer = api
            .ask(Asked {
                method: act.method.clone(),
                path: &format!("/scim/v2{}", act.path.replace("{id}", "1")),
                token: None,
                body: (act.body)("E1"),
                from: HERE,
            })
            .await;
        assert_eq!(answer.status, 401, "{}", act.name);
        assert_eq!(
            answer.headers[header::WWW_AUTHENTICATE],
            "Bearer realm=\"halligan\""
        );
    }
}

#[tokio::test]
async fn clients_are_made_and_revoked_only_with_tokens_update_and_no_more_than_one_holds() {
    use crate::desk::DeskError;
    let api = Api::open().await;
    let (_, token) = api.operator("E1", Role::HelpDesk).await;
    let source = Source("api 192.0.2.7".into());
    let helper = api.tokens.session(&token, &source).await.unwrap();
    let at = api.desk.at(&helper);
    for act in [Kind::TokenCreated, Kind::TokensListed, Kind::TokenRevoked] {
        let seat = at.tokens_update(act).await;
        assert_eq!(seat.err(), Some(DeskError::Lacks(TokensUpdate)));
    }
    // Who may make clients makes none that may do more than that.
    let narrow = api
        .client("narrow", Permissions::from_iter([TokensUpdate, UsersRead]))
        .await;
    let narrow = api.tokens.session(&narrow, &source).await.unwrap();
    let seat = api.desk.at(&narrow).tokens_update(Kind::TokenCreated).await;
    let wider = NewClient {
        name: "mine".into(),
        kind: ClientKind::Bearer,
        permissions: Permissions::from_iter([UsersDelete]),
        days: None,
        networks: Vec::new(),
    };
    let made = seat.unwrap().create_client(wider).await;
    assert!(matches!(made, Err(DeskError::Outranked(_))), "{made:?}");
    let answer = api.scim(&api.all, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let seat = api
        .desk
        .at(&api.chief)
        .tokens_update(Kind::TokenRevoked)
        .await;
    seat.unwrap().revoke_client("all").await.unwrap();
    let answer = api.scim(&api.all, Method::GET, "/Users", None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
