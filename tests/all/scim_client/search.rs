//! Searching at servers that can and at servers that cannot.

use halligan::directory::{Directory, Total};

use crate::support::fake_scim::{Quirks, World};

fn logins(found: &halligan::directory::Found) -> Vec<&str> {
    found.rows.iter().map(|user| user.login.as_str()).collect()
}

async fn lists(world: &World) -> usize {
    let requests = world.server.received_requests().await.unwrap();
    let is_list = |request: &&wiremock::Request| request.url.path().ends_with("/Users");
    requests.iter().filter(is_list).count()
}

#[tokio::test]
async fn a_good_server_is_asked_once_for_any_part_of_id_email_and_name() {
    let world = World::new(Quirks::default()).await;
    // The first search also finds out whether the server tells capital letters from small ones.
    world.search("maria").await;
    for (text, expected) in [
        ("asque", vec!["E1042"]),
        ("e3@station", vec!["E3"]),
        ("mar vas", vec!["E1042"]),
        ("mari", vec!["E1042", "E2"]),
        ("nobody", vec![]),
    ] {
        let before = lists(&world).await;
        let found = world.search(text).await;
        assert_eq!(logins(&found), expected, "{text}");
        assert_eq!(found.remark, None);
        assert_eq!(lists(&world).await - before, 1, "{text}");
    }
    assert_eq!(world.directory.capabilities().searched, "ID, email, name");
}

#[tokio::test]
async fn a_whole_id_comes_first() {
    let world = World::new(Quirks::default()).await;
    world.fake.add("E20", "Zoe", "E2");
    world.fake.add("AE2", "Ann", "Other");
    assert_eq!(logins(&world.search("e2").await)[0], "E2");
}

#[tokio::test]
async fn a_server_without_co_is_asked_with_sw_and_then_with_eq_and_the_screen_says_so() {
    for (operators, text, remark) in [
        (&["sw", "eq"][..], "vas", "begins with"),
        (&["eq"][..], "e1042", "whole ID"),
    ] {
        let world = World::new(Quirks {
            operators,
            ..Quirks::default()
        })
        .await;
        // Too many to be read.
        for n in 0..2050 {
            world.fake.add(&format!("B{n}"), "Bulk", "Person");
        }
        let found = world.search(text).await;
        assert!(logins(&found).contains(&"E1042"), "{found:?}");
        assert!(found.remark.as_ref().unwrap().contains(remark), "{found:?}");
        let before = lists(&world).await;
        world.search(text).await;
        assert_eq!(lists(&world).await - before, 1, "what worked is remembered");
        assert_ne!(world.directory.capabilities().searched, "ID, email, name");
    }
}

#[tokio::test]
async fn few_users_behind_a_server_that_finds_whole_ids_only_are_read_once_and_searched_here() {
    let world = World::new(Quirks {
        operators: &["eq"],
        ..Quirks::default()
    })
    .await;
    for text in ["asque", "olsen", "E1042"] {
        let found = world.search(text).await;
        let remark = found.remark.as_deref().unwrap();
        assert!(
            remark.contains("whole ID") && remark.contains("all 3 users were read"),
            "{remark}"
        );
        assert_eq!(found.rows.len(), 1, "{text}");
        assert_eq!(found.total, Total::Exact(1));
    }
    assert_eq!(world.directory.capabilities().searched, "ID, email, name");
    let before = lists(&world).await;
    world.search("vas").await;
    assert_eq!(lists(&world).await, before, "read once");
}

#[tokio::test]
async fn a_server_that_knows_user_name_alone_finds_names_too_while_its_users_are_few() {
    let world = World::new(Quirks {
        fields: &["userName"],
        ..Quirks::default()
    })
    .await;
    assert_eq!(logins(&world.search("vasquez").await), ["E1042"]);
    let many = World::new(Quirks {
        fields: &["userName"],
        ..Quirks::default()
    })
    .await;
    for n in 0..2050 {
        many.fake.add(&format!("B{n}"), "Bulk", "Person");
    }
    let found = many.search("e104").await;
    assert_eq!(logins(&found), ["E1042"]);
    let remark = found.remark.unwrap();
    assert!(
        remark.contains("IDs only") && remark.contains("2053 users: up to 2000"),
        "{remark}"
    );
    assert!(many.search("vasquez").await.rows.is_empty());
}

#[tokio::test]
async fn a_server_that_cannot_search_is_read_and_searched_here() {
    let world = World::new(Quirks {
        operators: &[],
        most_rows: 2,
        ..Quirks::default()
    })
    .await;
    let found = world.search("asque").await;
    assert_eq!(logins(&found), ["E1042"]);
    assert_eq!(found.total, Total::Exact(1));
    assert_eq!(found.population, Some(3));
    assert!(found.remark.unwrap().contains("all 3 users were read"));
    let before = lists(&world).await;
    assert_eq!(logins(&world.search("olsen").await), ["E2"]);
    assert_eq!(
        lists(&world).await,
        before,
        "the list serves the next keystrokes"
    );
}

#[tokio::test]
async fn a_server_that_ignores_filters_shows_nobody_who_does_not_match() {
    let world = World::new(Quirks {
        ignores_filters: true,
        fails_over_count: true,
        ..Quirks::default()
    })
    .await;
    let found = world.search("olsen").await;
    assert_eq!(logins(&found), ["E2"]);
    let remark = found.remark.unwrap();
    assert!(remark.contains("ignores what is searched for"), "{remark}");
    assert!(world.search("nobody-has-this").await.rows.is_empty());
}

#[tokio::test]
async fn a_list_too_long_to_be_read_is_told_as_incomplete() {
    let world = World::new(Quirks {
        operators: &[],
        ..Quirks::default()
    })
    .await;
    for n in 0..2050 {
        world.fake.add(&format!("B{n}"), "Bulk", "Person");
    }
    let found = world.search("bulk").await;
    assert!(
        matches!(found.total, Total::MoreThan(_)),
        "{:?}",
        found.total
    );
    assert!(
        found
            .remark
            .unwrap()
            .contains("only the first 2000 of 2053")
    );
}

#[tokio::test]
async fn a_server_that_gives_fewer_rows_than_asked_is_asked_again() {
    for cursors in [false, true] {
        let world = World::new(Quirks {
            most_rows: 20,
            cursors,
            ..Quirks::default()
        })
        .await;
        for n in 0..67 {
            world.fake.add(&format!("B{n}"), "Bulk", "Person");
        }
        let page = world.search_page("bulk", 0, 50).await.unwrap();
        assert_eq!(page.rows.len(), 50);
        assert_eq!(page.total, Total::Exact(67));
        let rest = world.search_page("bulk", 50, 50).await.unwrap();
        assert_eq!(rest.rows.len(), 17, "cursors: {cursors}");
        let mut ids: Vec<_> = page
            .rows
            .iter()
            .chain(&rest.rows)
            .map(|user| &user.id)
            .collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 67, "nobody twice, nobody missing");
    }
}

#[tokio::test]
async fn a_server_of_our_own_is_asked_by_cursor_and_need_not_count_all_that_match() {
    let world = World::new(Quirks {
        extension: true,
        cursors: true,
        most_rows: 20,
        ..Quirks::default()
    })
    .await;
    for n in 0..67 {
        world.fake.add(&format!("B{n}"), "Bulk", "Person");
    }
    let page = world.search_page("bulk", 0, 50).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (50, Total::MoreThan(50)));
    let rest = world.search_page("bulk", 50, 50).await.unwrap();
    assert_eq!((rest.rows.len(), rest.total), (17, Total::Exact(67)));
    let mut ids: Vec<_> = page.rows.iter().chain(&rest.rows).collect();
    ids.sort_by(|a, b| a.id.cmp(&b.id));
    ids.dedup_by(|a, b| a.id == b.id);
    assert_eq!(ids.len(), 67, "nobody twice, nobody missing");
    let one = world.search_page("vasquez", 0, 50).await.unwrap();
    assert_eq!(one.total, Total::Exact(1), "a whole answer is counted");
    let requests = world.server.received_requests().await.unwrap();
    let searches = requests.iter().filter_map(|ask| ask.url.query());
    for query in searches.filter(|query| query.contains("co%20")) {
        assert!(
            query.contains("cursor=") && !query.contains("startIndex"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn nothing_typed_lists_everybody() {
    let world = World::new(Quirks {
        fails_over_count: true,
        ..Quirks::default()
    })
    .await;
    let found = world.search("").await;
    assert_eq!(logins(&found), ["E1042", "E2", "E3"]);
    assert_eq!(found.population, Some(3));
    let second = world.search_page("", 1, 1).await.unwrap();
    assert_eq!(logins(&second), ["E2"]);
}

#[tokio::test]
async fn quotes_and_signs_in_what_is_typed_stay_what_they_are() {
    let world = World::new(Quirks::default()).await;
    world.fake.add("q\"1+2\\&=", "Odd", "One");
    assert_eq!(world.search("\"1+2\\&=").await.rows.len(), 1);
}
