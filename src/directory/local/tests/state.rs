use super::*;
use crate::{
    directory::local::state::{end_inactive, expiry, inactive_from, last_use},
    user::{Fact, PasswordState},
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn aged(max_age_days: Option<u32>, temp_password_hours: u32) -> Profile {
    Profile {
        max_age_days,
        temp_password_hours,
        ..Profile::nist()
    }
}

#[test]
fn a_password_lives_as_long_as_the_profile_says_and_a_temporary_one_for_some_hours_of_that() {
    let end = |profile: &Profile, temporary| expiry(profile, temporary, start());
    assert_eq!(end(&aged(None, 24), false), None);
    assert_eq!(end(&aged(Some(2), 24), false), Some(start() + HOUR * 48));
    assert_eq!(end(&aged(None, 24), true), Some(start() + HOUR * 24));
    assert_eq!(end(&aged(Some(2), 24), true), Some(start() + HOUR * 24));
    assert_eq!(end(&aged(Some(2), 72), true), Some(start() + HOUR * 48));
}

#[test]
fn an_account_is_used_by_a_sign_in_or_a_new_password_whichever_is_later() {
    let (early, late) = (Some(start()), Some(start() + HOUR));
    assert_eq!(last_use(early, late), late);
    assert_eq!(last_use(late, early), late);
    assert_eq!(last_use(None, early), early);
    assert_eq!(last_use(early, None), early);
    assert_eq!(last_use(None, None), None);
}

#[test]
fn an_account_ends_so_many_days_after_its_last_use_where_the_profile_says_so() {
    let profile = Profile {
        disable_inactive_days: Some(3),
        ..Profile::nist()
    };
    let end = Some(start() + HOUR * 72);
    assert_eq!(inactive_from(&profile, Some(start())), end);
    assert_eq!(inactive_from(&profile, None), None);
    assert_eq!(inactive_from(&Profile::nist(), Some(start())), None);
}

#[tokio::test]
async fn the_end_of_an_unused_account_is_shown_with_the_user() {
    let local = Local::open(Profile {
        disable_inactive_days: Some(3),
        ..Profile::nist()
    })
    .await;
    let user = local.add("E7", Role::None).await;
    let shown = local.user(&user).await;
    assert_eq!(
        shown.state.ends_unused,
        Fact::Known(Some(start() + HOUR * 72))
    );
    let mut user = shown;
    user.state.last_sign_in = Fact::Known(Some(start() + HOUR));
    end_inactive(&local.directory.profiles, &mut user);
    assert_eq!(
        user.state.ends_unused,
        Fact::Known(Some(start() + HOUR * 73))
    );
    user.state.password = Fact::Known(PasswordState {
        changed_at: Some(start() + HOUR * 2),
        ..PasswordState::default()
    });
    end_inactive(&local.directory.profiles, &mut user);
    assert_eq!(
        user.state.ends_unused,
        Fact::Known(Some(start() + HOUR * 74))
    );
}
