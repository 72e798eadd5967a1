//! What the file still holds of what was deleted.

use std::fs;

use super::*;

fn holds(local: &Local, text: &str) -> bool {
    let file = local.directory.store().path();
    ["", "-wal"].iter().any(|suffix| {
        let mut path = file.to_owned().into_os_string();
        path.push(suffix);
        let bytes = fs::read(path).unwrap_or_default();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn neither_old_hashes_nor_the_address_of_a_removed_user_stay_in_the_file() {
    let local = Local::open(Profile::nist()).await;
    // The API's, whose rows go with their operator.
    local
        .execute("CREATE TABLE api_tokens (operator INTEGER)")
        .await;
    let mut hashes = Vec::new();
    let mut gone = Vec::new();
    // Enough of them that whole pages become free.
    for nth in 0..12 {
        let user = local.add(&format!("Q{nth}"), Role::None).await;
        hashes.push(
            local
                .text("SELECT hash FROM passwords ORDER BY row DESC LIMIT 1")
                .await,
        );
        gone.push(user);
    }
    let kept = local.add("K1", Role::None).await;
    hashes.push(
        local
            .text("SELECT hash FROM passwords ORDER BY row DESC LIMIT 1")
            .await,
    );
    local.directory.store().fold_log().await;
    assert!(holds(&local, &gone[0].email) && hashes.iter().all(|hash| holds(&local, hash)));

    local.reset(&kept, SECOND).await.unwrap();
    for user in &gone {
        let intent = local.intent(Kind::UserRemoved).await;
        local
            .directory
            .remove(&operator(), &user.id, &user.version, &intent)
            .await
            .unwrap();
    }
    local.directory.store().fold_log().await;
    for hash in &hashes {
        assert!(!holds(&local, hash), "{hash}");
    }
    for user in &gone {
        assert!(!holds(&local, &user.email), "{}", user.email);
        assert!(!holds(&local, &user.email.to_uppercase()));
    }
    assert!(holds(&local, &kept.email));
}
