//! Users as SCIM resources: written, patched, projected, filtered in memory.

use halligan::{
    directory::{Entry, Provisioned},
    permission::{Reach, Role},
    scim::{
        Filter, Object, ScimError, ScimType, patch::PatchRequest, projection::Projection,
        schema::EXTENSION_URN, user::Wanted,
    },
    server::resource,
    user::{AccountKind, AccountState, Fact, Lock, PasswordState, User, UserId, Version},
};
use jiff::Timestamp;
use serde_json::{Value, json};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn maria() -> Entry {
    Entry {
        user: User {
            id: UserId("7".into()),
            login: "E1042".into(),
            email: "m.vasquez@example.org".into(),
            given_name: "Maria".into(),
            family_name: "Vasquez".into(),
            kind: Fact::Known(AccountKind::Staff),
            details: Fact::NotOffered,
            state: AccountState {
                lock: Fact::Known(Some(Lock {
                    since: Some(at("2026-11-22T03:12:00Z")),
                    failures: Some(5),
                    until: None,
                })),
                password: Fact::Known(PasswordState {
                    set: true,
                    changed_at: Some(at("2026-10-01T08:00:00Z")),
                    expires_at: None,
                }),
                ..AccountState::default()
            },
            permissions: Role::HelpDesk.permissions(),
            reach: Reach::EVERYWHERE,
            role: None,
            version: Version("3".into()),
        },
        role: Role::HelpDesk,
        provisioned: Provisioned::default(),
        created: at("2026-01-01T00:00:00Z"),
        modified: at("2026-10-01T08:00:00Z"),
    }
}

fn resource() -> Object {
    resource::resource(
        &maria(),
        "https://h/scim/v2",
        "cjis",
        at("2026-11-23T05:00:00Z"),
    )
}

fn patched(operations: &Value) -> Result<Object, ScimError> {
    let request: PatchRequest = serde_json::from_value(json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    }))
    .unwrap();
    let mut resource = resource();
    request.apply(&mut resource)?;
    Ok(resource)
}

#[test]
fn a_user_is_written_with_what_the_desk_wants_to_know() {
    let resource = resource();
    assert_eq!(resource["userName"], "E1042");
    assert_eq!(resource["meta"]["version"], "W/\"3\"");
    assert_eq!(resource["meta"]["location"], "https://h/scim/v2/Users/7");
    let extension = &resource[EXTENSION_URN];
    assert_eq!(extension["verdict"], "locked");
    assert_eq!(extension["lock"]["failures"], 5);
    assert_eq!(extension["passwordChanged"], "2026-10-01T08:00:00Z");
    assert_eq!(extension["policy"], "cjis");
    assert!(extension.get("lastSignIn").is_none());
}

#[test]
fn filters_see_core_attributes_values_of_lists_and_the_extension() {
    for (filter, holds) in [
        (r#"userName eq "e1042""#, true),
        (r#"userName eq "e104""#, false),
        (r#"emails co "VASQUEZ@example""#, true),
        (r#"emails[type eq "work" and value sw "m."]"#, true),
        (r#"emails[type eq "home"]"#, false),
        (r#"not (emails[type eq "home"])"#, true),
        ("externalId pr", false),
        (r#"externalId ne "x""#, true),
        ("externalId eq null", true),
        (r#"meta.created lt "2026-01-01T01:00:00+02:00""#, false),
        (r#"meta.created lt "2026-01-01T03:00:00+02:00""#, true),
        ("active eq true", true),
        (r#"active eq "True""#, true),
        (r#"emails[primary eq "FALSE"]"#, false),
        (
            r"urn:halligan:params:scim:schemas:extension:1.0:User:lock.locked eq true",
            true,
        ),
        (
            r"urn:halligan:params:scim:schemas:extension:1.0:User:lock.failures ge 5",
            true,
        ),
        (
            r#"urn:halligan:params:scim:schemas:extension:1.0:User:kind eq "staff""#,
            true,
        ),
        (
            r#"name.familyName gt "vas" and name.familyName lt "vat""#,
            true,
        ),
        (
            r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#,
            true,
        ),
    ] {
        let parsed: Filter = filter.parse().unwrap();
        assert_eq!(parsed.holds(&resource()).unwrap(), holds, "{filter}");
    }
}

#[test]
fn a_filter_on_what_is_secret_unknown_or_of_another_kind_is_refused() {
    for filter in [
        r#"password eq "x""#,
        r#"nickName eq "x""#,
        "active gt true",
        r#"active eq "yes""#,
        r#"active gt "true""#,
        "userName eq 5",
        r#"meta.created eq "yesterday""#,
        r#"userName[value eq "x"]"#,
        r#"emails[frob eq "x"]"#,
        "userName gt null",
    ] {
        let parsed: Filter = filter.parse().unwrap();
        let error = parsed.holds(&resource()).unwrap_err();
        assert_eq!(error.scim_type, Some(ScimType::InvalidFilter), "{filter}");
    }
}

#[test]
fn entra_and_okta_style_patches_are_understood() {
    let resource = patched(&json!([
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "maria@example.org" },
        { "op": "Add", "path": "name.givenName", "value": "Mária" },
        { "op": "replace", "value": { "active": "False", "name.familyName": "Vásquez" } },
        { "op": "add", "path": "externalId", "value": "okta-1" },
    ]))
    .unwrap();
    assert_eq!(resource["emails"][0]["value"], "maria@example.org");
    assert_eq!(resource["name"]["givenName"], "Mária");
    assert_eq!(resource["name"]["familyName"], "Vásquez");
    assert_eq!(resource["active"], false);
    assert_eq!(resource["externalId"], "okta-1");
}

// Found by fuzzing: the value was kept under "TYPE" beside what the table calls "type".
#[test]
fn a_value_that_a_filter_makes_has_the_tables_letters() {
    let path = r#"emails[TYPE eq "home" and Primary eq false].value"#;
    let patched =
        patched(&json!([{ "op": "add", "path": path, "value": "m@example.net" }])).unwrap();
    assert_eq!(
        patched["emails"][1],
        json!({ "type": "home", "primary": false, "value": "m@example.net" })
    );
}

#[test]
fn an_added_primary_address_takes_the_place_of_the_old_one() {
    let mut resource = patched(&json!([
        { "op": "add", "path": "emails", "value": [{ "value": "new@example.org", "primary": true }] },
    ]))
    .unwrap();
    assert_eq!(resource["emails"].as_array().unwrap().len(), 2);
    assert_eq!(
        Wanted::from_resource(&mut resource).unwrap().email,
        "new@example.org"
    );
}

#[test]
fn a_removed_value_is_gone() {
    let resource = patched(&json!([
        { "op": "remove", "path": "emails[primary eq true]" },
        { "op": "remove", "path": "name.givenName" },
    ]))
    .unwrap();
    assert!(!resource.contains_key("emails"));
    assert!(resource["name"].get("givenName").is_none());
}

#[test]
fn a_bad_patch_names_its_fault() {
    for (operations, kind) in [
        (
            json!([{ "op": "replace", "path": "id", "value": "8" }]),
            ScimType::Mutability,
        ),
        (
            json!([{ "op": "replace", "path": "meta.version", "value": "8" }]),
            ScimType::Mutability,
        ),
        (
            json!([{ "op": "remove", "path": "userName" }]),
            ScimType::Mutability,
        ),
        (json!([{ "op": "remove" }]), ScimType::NoTarget),
        (
            json!([{ "op": "frob", "path": "active" }]),
            ScimType::InvalidSyntax,
        ),
        (
            json!([{ "op": "replace", "path": "active", "value": "maybe" }]),
            ScimType::InvalidValue,
        ),
        (
            json!([{ "op": "replace", "path": "frob", "value": 1 }]),
            ScimType::InvalidPath,
        ),
        (
            json!([{ "op": "replace", "path": "emails[type eq \"home\"].value", "value": "x" }]),
            ScimType::NoTarget,
        ),
        (
            json!([{ "op": "replace", "path": "userName[", "value": "x" }]),
            ScimType::InvalidPath,
        ),
        (json!([]), ScimType::InvalidSyntax),
    ] {
        let error = patched(&operations).expect_err(&operations.to_string());
        assert_eq!(error.scim_type, Some(kind), "{operations}: {error}");
    }
}

#[test]
fn a_password_is_taken_out_of_the_resource_and_never_shown() {
    let mut resource = patched(&json!([
        { "op": "replace", "path": "password", "value": "cabin-otter-lime-47" },
        { "op": "add", "path": format!("{EXTENSION_URN}:reason"), "value": "call 4711" },
    ]))
    .unwrap();
    let wanted = Wanted::from_resource(&mut resource).unwrap();
    assert_eq!(
        wanted.password.as_ref().unwrap().expose(),
        "cabin-otter-lime-47"
    );
    assert_eq!(wanted.reason, "call 4711");
    assert!(!format!("{wanted:?} {resource:?}").contains("otter"));
}

#[test]
fn two_addresses_without_a_primary_one_are_refused() {
    let mut resource = resource();
    resource["emails"] = json!([{ "value": "a@example.org" }, { "value": "b@example.org" }]);
    let error = Wanted::from_resource(&mut resource).unwrap_err();
    assert_eq!(error.scim_type, Some(ScimType::InvalidValue));
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_projection_keeps_what_is_asked_for_and_what_is_always_returned() {
    let mut only = resource();
    Projection::of(&names(&["userName", "NAME.familyName"]), &[])
        .unwrap()
        .apply(&mut only);
    let keys: Vec<_> = only.keys().map(String::as_str).collect();
    assert_eq!(keys, ["id", "name", "schemas", "userName"]);
    assert_eq!(only["name"], json!({ "familyName": "Vasquez" }));

    let mut extension = resource();
    Projection::of(&names(&[&format!("{EXTENSION_URN}:lock.locked")]), &[])
        .unwrap()
        .apply(&mut extension);
    assert_eq!(
        extension[EXTENSION_URN],
        json!({ "lock": { "locked": true } })
    );
    assert!(!extension.contains_key("userName"));

    let mut without = resource();
    Projection::of(&[], &names(&["emails", "id", EXTENSION_URN]))
        .unwrap()
        .apply(&mut without);
    assert!(!without.contains_key("emails") && !without.contains_key(EXTENSION_URN));
    assert!(without.contains_key("id") && without.contains_key("userName"));

    assert!(Projection::of(&names(&["a"]), &names(&["b"])).is_err());
}
