//! A server that says what is not so, echoes what it was sent, or writes lists in its own way.

use halligan::{
    directory::{Directory, DirectoryError, Total},
    receipt::{Ending, Proof},
};
use serde_json::json;
use wiremock::{
    Mock, ResponseTemplate,
    matchers::{method, path, path_regex},
};

use crate::support::fake_scim::{NEW_PASSWORD, Quirks, World, scim, scim_error};

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

async fn answers(world: &World, verb: &str, below: &str, answer: ResponseTemplate) {
    Mock::given(method(verb))
        .and(path_regex(format!("^/scim/v2/{below}")))
        .respond_with(answer)
        .with_priority(1)
        .mount(&world.server)
        .await;
}

/// The error of a reset that is answered so.
async fn refused(answer: ResponseTemplate) -> DirectoryError {
    let world = World::new(Quirks::default()).await;
    answers(&world, "PATCH", "Users/", answer).await;
    world.reset().await.unwrap_err()
}

#[tokio::test]
async fn a_password_that_a_server_sends_back_reaches_no_error() {
    let echoed = format!("https://sso.example/?login=E1042&password={NEW_PASSWORD}");
    let written: Vec<_> = NEW_PASSWORD
        .bytes()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    let by_bytes = written.concat();
    for answer in [
        scim_error(
            400,
            Some("invalidValue"),
            &format!("{NEW_PASSWORD} is weak"),
        ),
        scim_error(403, None, &format!("no {NEW_PASSWORD}")),
        ResponseTemplate::new(307).insert_header("location", echoed.as_str()),
        ResponseTemplate::new(303).insert_header("location", format!("https://x/?p={by_bytes}")),
        ResponseTemplate::new(200).set_body_raw(format!("got {NEW_PASSWORD}"), "text/plain"),
    ] {
        let error = refused(answer).await;
        let told = format!("{error:?} {error} {:?}", error.raw());
        assert!(!told.contains(NEW_PASSWORD), "{told}");
        assert!(!told.contains(&by_bytes), "{told}");
    }
    let redirected =
        refused(ResponseTemplate::new(307).insert_header("location", echoed.as_str())).await;
    assert!(
        redirected.to_string().contains("password=[password]"),
        "the rest is kept: {redirected}"
    );
}

#[tokio::test]
async fn a_2xx_that_is_no_success_is_what_it_is() {
    for (status, words) in [
        (202, "to do it later, or not at all"),
        (206, "of a part only"),
        (207, "of a part only"),
    ] {
        let error = refused(scim(status, &json!({ "id": "u-1" }))).await;
        assert!(
            matches!(&error, DirectoryError::OutcomeUnknown(what) if what.contains(words)),
            "{status}: {error:?}"
        );
    }
    let inside = |body: serde_json::Value| scim(200, &body);
    let weak = json!({ "schemas": [ERROR], "status": "400", "scimType": "invalidValue", "detail": "weak" });
    let error = refused(inside(weak)).await;
    assert!(
        matches!(error, DirectoryError::PasswordRefused { .. }),
        "{error:?}"
    );
    let silent = json!({ "Schemas": [ERROR], "detail": "it went wrong" });
    let error = refused(inside(silent)).await;
    assert!(
        matches!(error, DirectoryError::OutcomeUnknown(_)),
        "an error without a status says nothing of what was done: {error:?}"
    );
}

#[tokio::test]
async fn a_server_that_moves_its_version_and_ignores_the_password_is_never_green() {
    let world = World::new(Quirks::default()).await;
    let user = world.user("u-1").await;
    // It says yes, and another write moves the version.
    answers(&world, "PATCH", "Users/", ResponseTemplate::new(204)).await;
    world.fake.touch("u-1");
    let receipt = {
        let seen = world.user("u-1").await;
        assert_ne!(seen.version, user.version);
        let reset = crate::support::fake_scim::reset(&world.directory, &world.operator, &seen);
        let touching = async {
            while world.sent("PATCH").await == 0 {
                tokio::task::yield_now().await;
            }
            world.fake.touch("u-1");
        };
        tokio::join!(reset, touching).0.unwrap()
    };
    assert_eq!(world.fake.password("u-1"), None, "the password was ignored");
    assert!(
        matches!(receipt.proof, Proof::Accepted(_)),
        "a version that moved is no proof: {receipt:?}"
    );
    assert_eq!(receipt.ending(), Ending::Accepted);
}

#[tokio::test]
async fn a_version_that_moves_with_other_writes_and_not_with_this_one_contradicts() {
    let world = World::new(Quirks::default()).await;
    world.reset().await.unwrap();
    answers(&world, "PATCH", "Users/", ResponseTemplate::new(204)).await;
    let receipt = world.reset().await.unwrap();
    assert_eq!(receipt.ending(), Ending::NotKnown, "{receipt:?}");
}

#[tokio::test]
async fn a_server_whose_users_have_no_password_is_not_asked_to_set_one() {
    let world = World::new(Quirks::default()).await;
    let schema = json!({
        "totalResults": 1,
        "Resources": [{
            "id": "urn:ietf:params:scim:schemas:core:2.0:User",
            "attributes": [{ "name": "userName" }, { "name": "active" }],
        }],
    });
    Mock::given(path("/scim/v2/Schemas"))
        .respond_with(scim(200, &schema))
        .with_priority(1)
        .mount(&world.server)
        .await;
    // What a server says of itself is read once: another console.
    let settings = world
        .home
        .settings(&format!("{}/scim/v2", world.server.uri()));
    let directory = world.home.open(&settings);
    let user = directory
        .user(&world.operator, &halligan::user::UserId("u-1".into()))
        .await
        .unwrap();
    assert!(!directory.capabilities().reset.is_yes());
    let error = crate::support::fake_scim::reset(&directory, &world.operator, &user)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, DirectoryError::NotOffered(why) if why.contains("keeps no passwords")),
        "{error:?}"
    );
    assert_eq!(world.sent("PATCH").await, 0);
}

#[tokio::test]
async fn a_server_that_says_it_changes_no_passwords_is_warned_of_before_a_save() {
    let world = World::new(Quirks::default()).await;
    let user = world.user("u-1").await;
    let warnings = world.directory.warnings(&world.operator, &user.id, true);
    assert_eq!(warnings.await.unwrap(), [""; 0]);
    let config = json!({ "changePassword": { "supported": false } });
    Mock::given(path("/scim/v2/ServiceProviderConfig"))
        .respond_with(scim(200, &config))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let settings = world
        .home
        .settings(&format!("{}/scim/v2", world.server.uri()));
    let directory = world.home.open(&settings);
    directory.user(&world.operator, &user.id).await.unwrap();
    let warnings = directory.warnings(&world.operator, &user.id, true);
    let warnings = warnings.await.unwrap();
    assert!(warnings[0].contains("changePassword"), "{warnings:?}");
}

#[tokio::test]
async fn a_conflict_bears_its_date_and_a_value_that_is_taken_is_no_conflict() {
    let world = World::new(Quirks {
        versions: crate::support::fake_scim::Versions::Modified,
        ..Quirks::default()
    })
    .await;
    answers(&world, "PATCH", "Users/", scim_error(409, None, "moved")).await;
    let error = world.reset().await.unwrap_err();
    assert!(
        matches!(error, DirectoryError::Conflict { at: Some(_), .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("at 2026-11-23 03:01:00 UTC"),
        "{error}"
    );

    let taken = scim_error(409, Some("uniqueness"), "userName is taken");
    let error = refused(taken).await;
    assert!(
        matches!(&error, DirectoryError::Taken { message: what, .. } if what.contains("userName is taken")),
        "{error:?}"
    );
}

#[tokio::test]
async fn lists_are_read_however_they_are_written() {
    let row = json!({
        "ID": "u-9", "USERNAME": "E9", "Active": "true",
        "Name": { "GIVENNAME": "Ida", "familyname": "Berg" },
    });
    for (written, hits) in [
        (
            json!({ "totalresults": "1", "resources": [row] }).to_string(),
            1,
        ),
        (
            format!(
                "\u{feff}{}",
                json!({ "totalResults": 1, "Resources": [row] })
            ),
            1,
        ),
        (
            json!({ "totalResults": 0, "Resources": null }).to_string(),
            0,
        ),
        (json!({ "totalResults": "0" }).to_string(), 0),
    ] {
        let world = World::new(Quirks::default()).await;
        let body =
            ResponseTemplate::new(200).set_body_raw(written.clone(), "application/scim+json");
        Mock::given(method("GET"))
            .and(path("/scim/v2/Users"))
            .respond_with(body)
            .with_priority(1)
            .mount(&world.server)
            .await;
        let found = world.search("E9").await;
        assert_eq!(found.rows.len(), hits, "{written}: {found:?}");
        assert_eq!(found.total, Total::Exact(hits as u64), "{written}");
        if let Some(user) = found.rows.first() {
            assert_eq!(
                (user.login.as_str(), user.name().as_str()),
                ("E9", "Ida Berg")
            );
        }
    }
}

#[tokio::test]
async fn a_404_for_no_hits_is_no_failure_and_one_for_a_wrong_address_is() {
    let world = World::new(Quirks::default()).await;
    Mock::given(method("GET"))
        .and(path("/scim/v2/Users"))
        .and(|request: &wiremock::Request| {
            request.url.query_pairs().any(|(name, _)| name == "filter")
        })
        .respond_with(scim_error(404, None, "nobody"))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let found = world.search("nobody").await;
    assert_eq!((found.rows.len(), found.total), (0, Total::Exact(0)));

    let world = World::new(Quirks::default()).await;
    Mock::given(path("/scim/v2/Users"))
        .respond_with(scim_error(404, None, "nothing here"))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let answer = world.search_page("nobody", 0, 20).await;
    assert!(
        matches!(answer, Err(DirectoryError::Unavailable { .. })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_page_that_comes_again_and_again_ends_the_list() {
    let world = World::new(Quirks::default()).await;
    let row = |id: &str| json!({ "id": id, "userName": id, "active": true });
    let page = json!({ "totalResults": 500, "Resources": [row("a"), row("b"), row("a")] });
    Mock::given(method("GET"))
        .and(path("/scim/v2/Users"))
        .respond_with(scim(200, &page))
        .with_priority(1)
        .mount(&world.server)
        .await;
    let found = world.search_page("", 0, 50).await.unwrap();
    let ids: Vec<_> = found.rows.iter().map(|user| user.login.as_str()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert!(world.sent("GET").await < 12);
}
