//! Resets: sent once, told truly.

use std::collections::HashSet;

use halligan::{
    audit::Kind,
    directory::{Directory, DirectoryError, NewUser, UserAttribute, UserChange},
    permission::Role,
    receipt::{Proof, Receipt, Settlement, Step, StepOutcome},
    scim::schema::{ENTERPRISE_URN, EXTENSION_URN},
    user::{AccountKind, Detail, Details, DetailsChange, Fact, SiteValue, Version},
};
use serde_json::{Value, json};
use wiremock::{Mock, ResponseTemplate, matchers::method};

use crate::support::fake_scim::{
    NEW_PASSWORD, Quirks, Versions, World, intent, reset, scim, scim_error, secret,
};

async fn answers(world: &World, verb: &str, answer: ResponseTemplate) {
    Mock::given(method(verb))
        .respond_with(answer)
        .with_priority(1)
        .mount(&world.server)
        .await;
}

#[tokio::test]
async fn a_reset_is_one_patch_of_the_password_with_the_version_that_was_read() {
    let world = World::new(Quirks::default()).await;
    let receipt = world.reset().await.unwrap();
    assert_eq!(world.fake.password("u-1").as_deref(), Some(NEW_PASSWORD));
    let requests = world.server.received_requests().await.unwrap();
    let writes: Vec<_> = requests
        .iter()
        .filter(|request| request.method.as_str() != "GET")
        .collect();
    let [patch] = writes.as_slice() else {
        panic!("one write: {writes:?}")
    };
    assert_eq!(patch.headers["if-match"], "W/\"1\"");
    assert_eq!(patch.headers["content-type"], "application/scim+json");
    assert_eq!(
        patch.body_json::<Value>().unwrap(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "password", "value": NEW_PASSWORD }],
        })
    );
    assert!(
        matches!(&receipt.proof, Proof::Accepted(why) if why.contains("version at the server moved")),
        "{receipt:?}"
    );
    assert_eq!(receipt.version, Some(Version("W/\"2\"".into())));
    let not_offered = StepOutcome::NotOffered("not offered by this directory".into());
    assert_eq!(
        receipt.steps,
        [
            (Step::PasswordSet, StepOutcome::Done),
            (Step::MustChange, not_offered.clone()),
            (Step::Unlocked, not_offered),
        ]
    );
    assert!(
        !receipt.is_success(),
        "must-change was asked for and not done"
    );
}

#[tokio::test]
async fn our_extension_says_what_became_of_must_change_and_of_the_lock() {
    let world = World::new(Quirks {
        extension: true,
        patch: 200,
        ..Quirks::default()
    })
    .await;
    assert!(world.directory.capabilities().unlock.is_yes());
    let user = world.user("u-1").await;
    assert!(matches!(user.state.lock, Fact::Known(Some(_))));
    let receipt = reset(&world.directory, &world.operator, &user)
        .await
        .unwrap();
    assert!(receipt.is_success(), "{receipt:?}");
    assert!(
        receipt
            .steps
            .iter()
            .all(|(_, how)| *how == StepOutcome::Done)
    );
    let requests = world.server.received_requests().await.unwrap();
    let patch = requests
        .iter()
        .find(|request| request.method.as_str() == "PATCH");
    let body: Value = patch.unwrap().body_json().unwrap();
    assert_eq!(
        body["Operations"][1]["path"],
        format!("{EXTENSION_URN}:unlock")
    );
    assert_eq!(body["Operations"][2]["value"], "INC-7");
}

#[tokio::test]
async fn every_bad_answer_to_a_write_has_its_own_words_and_the_write_is_never_repeated() {
    enum Told {
        Failed,
        Forbidden,
        NotFound,
        Conflict,
        Refused,
        Invalid,
        Unknown,
    }
    use Told::{Conflict, Failed, Forbidden, Invalid, NotFound, Refused, Unknown};
    let html = |status| {
        ResponseTemplate::new(status).set_body_raw("<html>Sign in here</html>", "text/html")
    };
    let table = [
        (scim_error(401, None, "expired"), Failed),
        (scim_error(403, None, "no"), Forbidden),
        (scim_error(404, None, "gone"), NotFound),
        (scim_error(409, None, "busy"), Conflict),
        (scim_error(412, None, "moved"), Conflict),
        (scim_error(413, None, "too large"), Failed),
        (
            scim_error(429, None, "slow").insert_header("retry-after", "17"),
            Failed,
        ),
        (
            scim_error(400, Some("invalidValue"), "Password is too short"),
            Refused,
        ),
        (scim_error(400, Some("invalidSyntax"), "what?"), Invalid),
        (
            ResponseTemplate::new(307).insert_header("location", "https://elsewhere.example/"),
            Failed,
        ),
        (scim_error(500, None, "oops"), Unknown),
        (scim_error(502, None, "gateway"), Unknown),
        (
            scim_error(503, None, "full").insert_header("retry-after", "9"),
            Unknown,
        ),
        (html(200), Unknown),
        (html(504), Unknown),
        (
            ResponseTemplate::new(200).set_body_raw("{\"id\": \"u-1\", \"user", "application/json"),
            Unknown,
        ),
        (
            ResponseTemplate::new(200).set_body_raw("done!", "text/plain"),
            Unknown,
        ),
    ];
    let mut messages = HashSet::new();
    let cases = table.len();
    for (answer, told) in table {
        let world = World::new(Quirks::default()).await;
        answers(&world, "PATCH", answer).await;
        let error = world.reset().await.expect_err("never a success");
        let right = match told {
            Failed => matches!(error, DirectoryError::Unavailable { .. }),
            Forbidden => matches!(error, DirectoryError::Forbidden { .. }),
            NotFound => error == DirectoryError::NotFound,
            Conflict => matches!(error, DirectoryError::Conflict { .. }),
            Refused => matches!(error, DirectoryError::PasswordRefused { .. }),
            Invalid => matches!(error, DirectoryError::Invalid { .. }),
            Unknown => matches!(error, DirectoryError::OutcomeUnknown(_)),
        };
        assert!(right, "{error:?}");
        assert_eq!(world.sent("PATCH").await, 1, "{error:?}");
        assert_eq!(world.sent("PUT").await + world.sent("POST").await, 0);
        assert!(!error.cure().is_empty(), "{error:?}");
        assert!(!format!("{error:?}").contains(NEW_PASSWORD));
        let host = world.server.address().to_string();
        messages.insert(format!("{error}").replace(&host, "HOST"));
    }
    // 409 and 412 are told alike, on purpose.
    assert_eq!(messages.len(), cases - 1, "{messages:#?}");
    assert!(messages.iter().any(|message| message.contains("17 s")));
    assert!(messages.iter().any(|message| message.contains("too short")));
}

#[tokio::test]
async fn a_view_that_is_out_of_date_is_refused_before_anything_is_sent() {
    for versions in [Versions::Etag, Versions::Modified] {
        let world = World::new(Quirks {
            versions,
            ..Quirks::default()
        })
        .await;
        let seen = world.user("u-1").await;
        world.fake.touch("u-1");
        let error = reset(&world.directory, &world.operator, &seen)
            .await
            .unwrap_err();
        assert!(
            matches!(error, DirectoryError::Conflict { .. }),
            "{error:?}"
        );
        assert_eq!(world.sent("PATCH").await, 0);
    }
}

#[tokio::test]
async fn a_server_without_versions_gets_amber_not_green() {
    let world = World::new(Quirks {
        versions: Versions::None,
        ..Quirks::default()
    })
    .await;
    let receipt = world.reset().await.unwrap();
    assert!(
        matches!(&receipt.proof, Proof::Accepted(why) if why.contains("neither a time")),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn a_version_that_does_not_move_is_no_proof() {
    let world = World::new(Quirks::default()).await;
    answers(&world, "PATCH", ResponseTemplate::new(204)).await;
    let receipt = world.reset().await.unwrap();
    assert!(matches!(receipt.proof, Proof::Accepted(_)), "{receipt:?}");
    assert!(!receipt.is_success());
}

#[tokio::test]
async fn a_server_that_says_501_is_not_believed_to_have_done_it_and_put_waits_for_consent() {
    let quirks = Quirks {
        patch: 501,
        versions: Versions::Modified,
        ..Quirks::default()
    };
    let world = World::new(quirks.clone()).await;
    let error = world.reset().await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::NotOffered(why) if why.contains("put_when_patch_is_refused")),
        "{error:?}"
    );
    assert_eq!((world.sent("PATCH").await, world.sent("PUT").await), (1, 0));
    assert_eq!(world.fake.password("u-1"), None);
    assert!(
        !world.directory.capabilities().reset.is_yes(),
        "greyed from now on"
    );

    let world = World::with(quirks, |settings| settings.put_when_patch_is_refused = true).await;
    let receipt = world.reset().await.unwrap();
    assert!(matches!(receipt.proof, Proof::Accepted(_)), "{receipt:?}");
    assert_eq!((world.sent("PATCH").await, world.sent("PUT").await), (1, 1));
    assert_eq!(world.fake.password("u-1").as_deref(), Some(NEW_PASSWORD));
    assert_eq!(
        world.fake.resource("u-1")["x-kept"],
        "here",
        "PUT keeps what was read"
    );
    let again = world.user("u-2").await;
    reset(&world.directory, &world.operator, &again)
        .await
        .unwrap();
    assert_eq!(
        world.sent("PATCH").await,
        1,
        "what was refused is not asked for again"
    );
}

#[tokio::test]
async fn a_501_about_a_user_who_has_moved_is_an_unknown_outcome_not_a_refusal() {
    for versions in [Versions::Etag, Versions::None] {
        let world = World::with(
            Quirks {
                lies_about_patch: Some(501),
                versions,
                ..Quirks::default()
            },
            |settings| settings.put_when_patch_is_refused = true,
        )
        .await;
        let error = world.reset().await.unwrap_err();
        assert!(
            matches!(error, DirectoryError::OutcomeUnknown(_)),
            "{error:?}"
        );
        assert_eq!(world.sent("PUT").await, 0, "nothing more is written");
    }
}

#[tokio::test]
async fn a_500_over_a_change_that_happened_is_settled_as_happened() {
    let world = World::new(Quirks {
        lies_about_patch: Some(500),
        ..Quirks::default()
    })
    .await;
    let before = world.user("u-1").await;
    let error = world.reset().await.unwrap_err();
    assert!(
        matches!(error, DirectoryError::OutcomeUnknown(_)),
        "{error:?}"
    );
    let settled = world
        .directory
        .settle(&world.operator, &before.id, Some(&before.version))
        .await
        .unwrap();
    assert!(matches!(settled, Settlement::Happened(_)), "{settled:?}");
    assert_eq!(world.sent("PATCH").await, 1);
}

#[tokio::test]
async fn a_version_that_counts_in_seconds_does_not_prove_that_a_change_is_missing() {
    let seconds = |lies_about_patch| Quirks {
        versions: Versions::Seconds,
        lies_about_patch,
        ..Quirks::default()
    };
    let world = World::new(seconds(None)).await;
    let receipt = world.reset().await.unwrap();
    assert!(
        matches!(&receipt.proof, Proof::Accepted(why) if why.contains("a moment before")),
        "{receipt:?}"
    );

    let world = World::new(seconds(Some(500))).await;
    let before = world.user("u-1").await;
    world.reset().await.unwrap_err();
    let settled = world
        .directory
        .settle(&world.operator, &before.id, Some(&before.version))
        .await
        .unwrap();
    assert!(
        matches!(&settled, Settlement::StillUnknown(why) if why.contains("count in seconds")),
        "{settled:?}"
    );
    assert_eq!(
        world.fake.password("u-1").as_deref(),
        Some(NEW_PASSWORD),
        "it did happen"
    );
}

#[tokio::test]
async fn an_open_write_is_settled_as_not_done_only_by_a_version_that_means_something() {
    for (versions, told) in [
        (Versions::Etag, true),
        (Versions::Modified, false),
        (Versions::None, false),
    ] {
        let world = World::new(Quirks {
            versions,
            ..Quirks::default()
        })
        .await;
        answers(&world, "PATCH", scim_error(500, None, "oops")).await;
        let before = world.user("u-1").await;
        world.reset().await.unwrap_err();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        // Straight after the failure the server may still be at work.
        let settled = loop {
            let settled = world
                .directory
                .settle(&world.operator, &before.id, Some(&before.version))
                .await
                .unwrap();
            let waiting =
                matches!(&settled, Settlement::StillUnknown(why) if why.contains("at work"));
            if !waiting || std::time::Instant::now() > deadline {
                break settled;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        };
        assert_eq!(
            matches!(settled, Settlement::DidNotHappen(_)),
            told,
            "{settled:?}"
        );
        assert!(!matches!(settled, Settlement::Happened(_)));
    }
}

#[tokio::test]
async fn what_plain_scim_lacks_is_refused_without_asking_the_server() {
    let world = World::new(Quirks::default()).await;
    let user = world.user("u-1").await;
    let directory = &world.directory;
    let unlock = directory
        .unlock(&world.operator, &user.id, None, &intent(Kind::Unlock))
        .await;
    assert!(matches!(unlock, Err(DirectoryError::NotOffered(_))));
    let check = directory
        .check_password(&world.operator, &user.id, &secret(NEW_PASSWORD))
        .await;
    assert!(matches!(check, Err(DirectoryError::NotOffered(_))));
    let sheet = directory.capabilities();
    assert!(!sheet.must_change.is_yes() && !sheet.unlock.is_yes() && !sheet.check.is_yes());
    assert_eq!(world.sent("POST").await + world.sent("PATCH").await, 0);
}

#[tokio::test]
async fn a_new_user_whose_answer_is_lost_is_looked_for_and_not_added_twice() {
    let world = World::new(Quirks::default()).await;
    let new = NewUser {
        login: "E1042".into(),
        email: "e1042@station.example".into(),
        family_name: "Vasquez".into(),
        active: true,
        ..NewUser::default()
    };
    let intent = intent(Kind::UserCreated);
    let password = secret(NEW_PASSWORD);
    let create = || {
        world
            .directory
            .create(&world.operator, &new, Some(&password), &intent)
    };
    answers(
        &world,
        "POST",
        ResponseTemplate::new(500).set_body_raw("<h1>Error</h1>", "text/html"),
    )
    .await;
    let error = create().await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::OutcomeUnknown(what) if what.contains("E1042 is there now")),
        "{error:?}"
    );
    assert_eq!(world.sent("POST").await, 1);
    let other = NewUser {
        email: "other@station.example".into(),
        ..new.clone()
    };
    let error = world
        .directory
        .create(&world.operator, &other, Some(&password), &intent)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, DirectoryError::Taken { message, .. } if message.contains("e1042@station.example has it")),
        "somebody with another address was there before: {error:?}"
    );
    world.server.reset().await;
    answers(
        &world,
        "POST",
        scim_error(409, Some("uniqueness"), "userName taken"),
    )
    .await;
    let error = create().await.unwrap_err();
    assert!(matches!(error, DirectoryError::Taken { .. }), "{error:?}");
    world.server.reset().await;
    let made = json!({ "id": "u-9", "userName": "E1042", "active": true });
    answers(&world, "POST", scim(201, &made)).await;
    assert_eq!(create().await.unwrap().id.0, "u-9");
}

async fn set(world: &World, change: UserChange) -> Result<Receipt, DirectoryError> {
    let user = world.user("u-1").await;
    world
        .directory
        .change(
            &world.operator,
            &user.id,
            &user.version,
            &change,
            &intent(Kind::UserChanged),
        )
        .await
}

#[tokio::test]
async fn details_and_names_are_changed_by_one_patch_and_other_values_stay() {
    let world = World::new(Quirks::default()).await;
    let change = UserChange {
        family_name: Some("Vasquez-Ruiz".into()),
        email: Some("new@station.example".into()),
        details: DetailsChange {
            display_name: Some("Capt. V.".into()),
            phone: Some(" 303 555 0142 ".into()),
            station: Some("Station 7".into()),
            job_title: Some("Captain".into()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    };
    let receipt = set(&world, change).await.unwrap();
    assert_eq!(receipt.steps, [(Step::Changed, StepOutcome::Done)]);
    assert_eq!(world.sent("PATCH").await, 1);
    let now = world.fake.resource("u-1");
    assert_eq!(now["phoneNumbers"][0]["value"], "303 555 0142");
    assert_eq!(now[ENTERPRISE_URN]["division"], "Station 7");
    assert_eq!(
        now["emails"],
        json!([{ "value": "new@station.example", "primary": true }]),
        "what else the server keeps of the address stays"
    );
    let user = world.user("u-1").await;
    let details = user.details.known().unwrap();
    assert_eq!(
        Detail::ALL.map(|detail| details.of(detail)),
        ["Capt. V.", "303 555 0142", "Station 7", "Captain"]
    );
    let away = UserChange {
        details: DetailsChange {
            phone: Some(String::new()),
            job_title: Some(String::new()),
            ..DetailsChange::default()
        },
        ..UserChange::default()
    };
    let receipt = set(&world, away).await.unwrap();
    assert_eq!(receipt.steps, [(Step::Changed, StepOutcome::Done)]);
    let now = world.fake.resource("u-1");
    assert!(now.get("phoneNumbers").is_none() && now.get("title").is_none());
}

#[tokio::test]
async fn what_the_schemas_do_not_list_is_refused_and_nothing_is_sent() {
    let world = World::new(Quirks {
        schema: Some(&["userName", "password", "displayName", "title"]),
        ..Quirks::default()
    })
    .await;
    let wants = |detail: Detail| {
        let mut change = UserChange::default();
        *change.details.of_mut(detail) = Some("303 555".into());
        change
    };
    for detail in [Detail::Phone, Detail::Station] {
        let refused = set(&world, wants(detail)).await;
        assert!(
            matches!(&refused, Err(DirectoryError::NotOffered(why)) if why.contains(detail.words())),
            "{refused:?}"
        );
    }
    let ends = UserChange {
        valid_until: Some("2099-12-31T00:00:00Z".parse().ok()),
        ..UserChange::default()
    };
    assert!(matches!(
        set(&world, ends).await,
        Err(DirectoryError::NotOffered(_))
    ));
    assert_eq!(world.sent("PATCH").await, 0);
    set(&world, wants(Detail::JobTitle)).await.unwrap();
    assert_eq!(world.sent("PATCH").await, 1);
}

#[tokio::test]
async fn a_new_user_with_what_the_server_cannot_keep_is_refused_and_nothing_is_sent() {
    let world = World::new(Quirks {
        schema: Some(&["userName", "password", "displayName", "title"]),
        ..Quirks::default()
    })
    .await;
    let add = async |new: NewUser| {
        let new = NewUser {
            login: "E1042".into(),
            family_name: "Vasquez".into(),
            active: true,
            ..new
        };
        let intent = intent(Kind::UserCreated);
        world
            .directory
            .create(&world.operator, &new, None, &intent)
            .await
    };
    let with = |details: Details| NewUser {
        details,
        ..NewUser::default()
    };
    let shirt = with(Details {
        fields: vec![SiteValue {
            name: "shirt".into(),
            title: "Shirt".into(),
            value: "M".into(),
            fits: true,
        }],
        ..Details::default()
    });
    let phone = with(Details {
        phone: "303 555".into(),
        ..Details::default()
    });
    let station = with(Details {
        station: "Station 7".into(),
        ..Details::default()
    });
    let ends = NewUser {
        valid_until: "2099-12-31T00:00:00Z".parse().ok(),
        ..NewUser::default()
    };
    let resident = NewUser {
        kind: AccountKind::Residential,
        ..NewUser::default()
    };
    let help_desk = NewUser {
        role: Role::HelpDesk,
        ..NewUser::default()
    };
    for (new, what) in [
        (shirt, "fields of the site's own"),
        (phone, "phone"),
        (station, "station"),
        (ends, "a beginning or an end of the account"),
        (resident, "the kind of account"),
        (help_desk, "roles"),
    ] {
        let refused = add(new).await;
        assert!(
            matches!(&refused, Err(DirectoryError::NotOffered(why)) if why.starts_with(what)),
            "{refused:?}"
        );
    }
    let title = |text: &str| {
        with(Details {
            job_title: text.into(),
            ..Details::default()
        })
    };
    let refused = add(title("Captain\u{7}")).await;
    assert!(
        matches!(
            &refused,
            Err(DirectoryError::Invalid {
                attribute: Some(UserAttribute::Detail(Detail::JobTitle)),
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(world.sent("POST").await, 0);
    let made = json!({ "id": "u-9", "userName": "E1042", "active": true });
    answers(&world, "POST", scim(201, &made)).await;
    add(title(" Captain ")).await.unwrap();
    let requests = world.server.received_requests().await.unwrap();
    let post = requests.iter().find(|request| request.method == "POST");
    let body: Value = post.unwrap().body_json().unwrap();
    assert_eq!(body["title"], "Captain", "as it can be kept");
}

#[tokio::test]
async fn a_server_that_takes_a_detail_and_keeps_another_is_found_out() {
    let world = World::new(Quirks::default()).await;
    answers(&world, "PATCH", ResponseTemplate::new(204)).await;
    let mut change = UserChange::default();
    change.details.job_title = Some("Captain".into());
    let receipt = set(&world, change).await.unwrap();
    let (step, how) = &receipt.steps[0];
    assert_eq!(*step, Step::Changed);
    assert!(matches!(how, StepOutcome::Refused(_)), "{how:?}");
}

async fn set_status(world: &World, active: bool) -> Result<Receipt, DirectoryError> {
    let change = UserChange {
        active: Some(active),
        ..UserChange::default()
    };
    set(world, change).await
}

#[tokio::test]
async fn a_user_is_disabled_and_enabled_by_active_and_nothing_else_and_read_back() {
    let world = World::new(Quirks::default()).await;
    let receipt = set_status(&world, false).await.unwrap();
    assert_eq!(receipt.steps, [(Step::Disabled, StepOutcome::Done)]);
    assert_eq!(world.fake.resource("u-1")["active"], false);
    let again = set_status(&world, false).await.unwrap();
    assert_eq!(again.steps, [(Step::Disabled, StepOutcome::NotNeeded)]);
    assert_eq!(world.sent("PATCH").await, 1);
    let receipt = set_status(&world, true).await.unwrap();
    assert_eq!(receipt.steps, [(Step::Enabled, StepOutcome::Done)]);
    let requests = world.server.received_requests().await.unwrap();
    let patch = requests.iter().find(|request| request.method == "PATCH");
    let body: Value = patch.unwrap().body_json().unwrap();
    let operation = json!({ "op": "replace", "path": "active", "value": false });
    assert_eq!(body["Operations"], json!([operation]));
    assert!(patch.unwrap().headers.contains_key("if-match"));
}

#[tokio::test]
async fn a_server_that_says_yes_and_leaves_the_user_as_it_was_is_no_success() {
    let world = World::new(Quirks::default()).await;
    Mock::given(method("PATCH"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&world.server)
        .await;
    let receipt = set_status(&world, false).await.unwrap();
    let (step, how) = &receipt.steps[0];
    assert_eq!(*step, Step::Disabled);
    assert!(
        matches!(how, StepOutcome::Refused(why) if why.contains("as before")),
        "{how:?}"
    );
    assert!(!receipt.is_success());
}

#[tokio::test]
async fn a_refusal_to_disable_is_told_and_so_is_one_of_anything_else() {
    let world = World::new(Quirks {
        patch: 501,
        ..Quirks::default()
    })
    .await;
    let refused = set_status(&world, false).await.unwrap_err();
    assert!(
        refused.to_string().contains("does not offer this (501)"),
        "{refused}"
    );
    let user = world.user("u-1").await;
    let change = UserChange {
        active: Some(false),
        given_name: Some("Mary".into()),
        ..UserChange::default()
    };
    let changed = world
        .directory
        .change(
            &world.operator,
            &user.id,
            &user.version,
            &change,
            &intent(Kind::UserChanged),
        )
        .await;
    let refused = changed.unwrap_err();
    assert!(
        refused.to_string().contains("does not offer this (501)"),
        "{refused}"
    );
    assert_eq!(world.sent("PATCH").await, 2);
}
