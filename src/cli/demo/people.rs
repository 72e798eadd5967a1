//! The users of a demonstration: its administrator, fictional people, and two whose state is set.

use crate::{
    audit::Kind,
    cli::{Context, Exit, Failure, progress},
    config::open_store,
    console::DemoSignIn,
    desk::{Desk, ResetOrder, Session},
    directory::{ImportOrder, ImportWatch, NewUser, Query, RosterRow, local::simulate_use},
    password::{Secret, generate::generate},
    permission::{Permissions, Reach, Role},
    population::Population,
    process,
    user::{AccountKind, AccountState, Fact, User, UserId, Version},
};

/// The same people in every demonstration.
const SEED: u64 = 2026;

/// Fills the empty store and tells the sign-in of its administrator.
pub(super) async fn settle(
    context: &Context,
    desk: &Desk,
    count: u64,
) -> Result<DemoSignIn, Failure> {
    let source = process::source();
    let new = NewUser {
        login: "demo".into(),
        email: "demo@halligan.example".into(),
        given_name: "Demo".into(),
        family_name: "Operator".into(),
        kind: AccountKind::Staff,
        role: Role::Administrator,
        active: true,
        must_change: false,
        ..NewUser::default()
    };
    let email = new.email.clone();
    let password = draw(context, desk, &sketch(&new))?;
    desk.create_first_administrator(new, &password, &source)
        .await?;
    let session = desk.sign_in(&email, &password, &source).await?;
    let watch = ImportWatch::default();
    let people = Population::new(SEED, count)
        .zip(1..)
        .map(|(user, line)| Ok(RosterRow::whole(line, user)));
    let order = ImportOrder {
        one_record: true,
        ..ImportOrder::default()
    };
    let import = desk
        .at(&session)
        .users_create(Kind::RosterImported)
        .await?
        .import(Box::new(people), order, watch.clone(), Box::new(|_| {}));
    progress::watched(Box::pin(import), &watch, Some(count), true)
        .await
        .map_err(|error| {
            if watch.stop.load(std::sync::atomic::Ordering::Relaxed) {
                Failure::new(
                    Exit::Interrupted,
                    "interrupted",
                    "Nothing is left behind.",
                    "",
                )
            } else {
                error.into()
            }
        })?;
    tell_stories(context, desk, &session, &password).await?;
    let store = open_store(&context.loaded.config.store).await?;
    simulate_use(&store, desk.profile()).await?;
    desk.sign_out(&session).await?;
    Ok(DemoSignIn {
        email,
        password: password.expose().to_owned(),
    })
}

/// One user has been reset and not signed in since, another is locked after wrong passwords:
/// otherwise every verdict would be the same.
async fn tell_stories(
    context: &Context,
    desk: &Desk,
    session: &Session,
    own: &Secret,
) -> Result<(), Failure> {
    let query = Query {
        text: String::new(),
        limit: 50,
        offset: 0,
        ..Query::default()
    };
    let rows = desk
        .at(session)
        .users_read(Kind::SearchOpened)
        .await?
        .search(&query)
        .await?
        .rows;
    let mut people = rows.into_iter().filter(|user| {
        user.state.active.known() == Some(&true)
            && !user.email.is_empty()
            && user.id != session.operator().id
            && user.permissions.is_empty()
    });
    for locked in [false, true] {
        let Some(user) = people.next() else { break };
        // Where every reset wants a proof of its own.
        desk.reauthenticate(session, own).await?;
        let order = ResetOrder {
            user: user.id.clone(),
            expected: Some(user.version.clone()),
            password: draw(context, desk, &user)?,
            generated: true,
            must_change: true,
            unlock: false,
            reason: "demonstration".into(),
        };
        desk.at(session)
            .users_update(Kind::PasswordReset)
            .await?
            .reset(order)
            .await?;
        if locked {
            let Ok(wrong) = Secret::from_typed("not the password") else {
                continue;
            };
            for _ in 0..desk.profile().lockout_attempts {
                // Refused, as it should be.
                let _ = desk.sign_in(&user.email, &wrong, session.source()).await;
            }
        }
    }
    Ok(())
}

fn draw(context: &Context, desk: &Desk, user: &User) -> Result<Secret, Failure> {
    let shape = context.loaded.config.generator;
    generate(
        desk.profiles().of_user(user),
        shape,
        &desk.context(user, true),
    )
    .map(|generated| generated.secret)
    .map_err(|why| Failure::new(Exit::Failed, &why, "Nothing is left behind.", ""))
}

/// A user who is still to be added, as the policy takes one.
fn sketch(new: &NewUser) -> User {
    User {
        id: UserId(String::new()),
        login: new.login.clone(),
        email: new.email.clone(),
        given_name: new.given_name.clone(),
        family_name: new.family_name.clone(),
        kind: Fact::Known(new.kind),
        details: Fact::NotOffered,
        state: AccountState::default(),
        permissions: Permissions::NONE,
        reach: Reach::EVERYWHERE,
        role: None,
        version: Version(String::new()),
    }
}
