//! Whether a password is right, and whether it lets the user in.

use super::*;

#[tokio::test]
async fn a_check_tells_whether_a_password_is_right_and_what_else_stands_in_the_way() {
    let local = Local::open(Profile {
        lockout_attempts: 3,
        ..Profile::nist()
    })
    .await;
    let check = async |user: &User, password| {
        let password = secret(password);
        let directory = &local.directory;
        let checked = directory
            .check_password(&operator(), &user.id, &password)
            .await;
        let checked = checked.unwrap();
        (checked.matches, checked.signs_in, checked.remark.is_some())
    };
    let user = local.add("E1", Role::None).await;
    assert_eq!(check(&user, FIRST).await, (true, true, false));
    assert_eq!(check(&user, WRONG).await, (false, false, false));
    let temporary = local.add_with("E2", Role::None, Some(FIRST), true).await;
    assert_eq!(check(&temporary, FIRST).await, (true, true, true));
    assert_eq!(check(&temporary, WRONG).await, (false, false, true));
    let without = local.add_with("E3", Role::None, None, false).await;
    assert_eq!(check(&without, FIRST).await, (false, false, true));
    for _ in 0..3 {
        local.refusal(&user, WRONG).await;
    }
    assert_eq!(check(&user, FIRST).await, (true, false, true), "locked");
}
