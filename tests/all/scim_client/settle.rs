//! Changes that a crash has left without an outcome, at the next start of the console.

use std::sync::Arc;

use halligan::{
    audit::{AuditLog, Event, Kind, Outcome, Record, Target},
    desk::{Desk, Session},
    password::profile::Profile,
    receipt::Settlement,
    source::Source,
    user::User,
};
use jiff::{SignedDuration, Timestamp};

use crate::support::acts::Acts as _;
use crate::support::fake_scim::{ADMIN, ADMIN_PASSWORD, Quirks, World, event, secret};

/// A console that was started anew on the store of one that has crashed.
struct Restarted {
    world: World,
    audit: AuditLog,
    desk: Desk,
    session: Arc<Session>,
}

impl Restarted {
    async fn new() -> Self {
        let world = World::new(Quirks::default()).await;
        let audit = AuditLog::new(world.home.store.clone());
        let settings = world
            .home
            .settings(&format!("{}/scim/v2", world.server.uri()));
        let directory = Arc::new(world.home.open(&settings));
        let desk = Desk::new(directory, audit.clone(), Arc::new(Profile::nist()), "");
        let source = Source("tty /dev/pts/9".into());
        let session = desk
            .sign_in(ADMIN, &secret(ADMIN_PASSWORD), &source)
            .await
            .unwrap();
        Self {
            world,
            audit,
            desk,
            session,
        }
    }

    /// What the crash has left: the intent of a reset of `user`, so old.
    async fn crashed(&self, user: &User, minutes: i64, directory: Option<&str>) -> Record {
        let intent = Event {
            target: Some(Target {
                version: Some(user.version.clone()),
                ..Target::from(user)
            }),
            directory: directory.map_or_else(|| self.desk.capabilities().name, ToOwned::to_owned),
            ..event(Kind::PasswordReset)
        };
        let at = Timestamp::now() - SignedDuration::from_mins(minutes);
        self.audit.intend(intent, at).await.unwrap();
        let open = self.desk.open_intents(&self.session).await.unwrap();
        assert_eq!(open.len(), 1, "it is shown");
        open[0].clone()
    }

    async fn settle(&self, intent: &Record, remark: Option<&str>) -> Settlement {
        self.desk
            .settle(&self.session, intent, remark)
            .await
            .unwrap()
    }

    async fn is_open(&self) -> bool {
        let open = self.desk.open_intents(&self.session).await.unwrap();
        !open.is_empty()
    }
}

#[tokio::test]
async fn the_intent_of_a_reset_keeps_the_version_by_which_it_can_be_settled() {
    let restarted = Restarted::new().await;
    let desk = &restarted.desk;
    let user = restarted.world.user("u-1").await;
    let order = halligan::desk::ResetOrder {
        user: user.id.clone(),
        expected: None,
        password: secret("velvet anchor tulip river 39"),
        generated: true,
        must_change: false,
        unlock: false,
        reason: String::new(),
    };
    desk.reset(&restarted.session, order).await.unwrap();
    let records = restarted.audit.list(halligan::audit::AuditQuery::default());
    let intent = records
        .await
        .unwrap()
        .into_iter()
        .find(|record| record.event.outcome == Outcome::Intent)
        .unwrap();
    assert_eq!(intent.event.target.unwrap().version, Some(user.version));
}

#[tokio::test]
async fn a_reset_that_never_reached_the_server_is_settled_as_not_done() {
    let restarted = Restarted::new().await;
    let user = restarted.world.user("u-1").await;
    let intent = restarted.crashed(&user, 10, None).await;
    let settled = restarted.settle(&intent, None).await;
    assert!(
        matches!(&settled, Settlement::DidNotHappen(how) if how.contains("still at version")),
        "{settled:?}"
    );
    assert!(!restarted.is_open().await);
}

#[tokio::test]
async fn a_user_who_has_changed_since_is_no_proof_that_it_was_this_change() {
    let restarted = Restarted::new().await;
    let user = restarted.world.user("u-1").await;
    let intent = restarted.crashed(&user, 10, None).await;
    restarted.world.fake.touch("u-1");
    let settled = restarted.settle(&intent, None).await;
    assert!(
        matches!(&settled, Settlement::StillUnknown(how) if how.contains("or by a later one")),
        "{settled:?}"
    );
    assert!(restarted.is_open().await, "it stays open");

    restarted
        .settle(&intent, Some("Maria signs in with the new one"))
        .await;
    assert!(!restarted.is_open().await, "the operator has closed it");
    let last = restarted
        .audit
        .list(halligan::audit::AuditQuery::default())
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (last.event.kind, last.event.intent),
        (Kind::Settled, Some(intent.sequence))
    );
    let detail = last.event.detail.unwrap();
    assert!(
        detail.contains("Maria signs in with the new one"),
        "{detail}"
    );
}

#[tokio::test]
async fn what_may_still_be_at_work_or_was_begun_elsewhere_stays_open() {
    let restarted = Restarted::new().await;
    let user = restarted.world.user("u-1").await;
    let intent = restarted.crashed(&user, 0, None).await;
    let settled = restarted.settle(&intent, None).await;
    assert!(
        matches!(&settled, Settlement::StillUnknown(how) if how.contains("may still be at work")),
        "{settled:?}"
    );
    restarted.settle(&intent, Some("closed for the test")).await;
    let intent = restarted
        .crashed(&user, 10, Some("elsewhere.example"))
        .await;
    let settled = restarted.settle(&intent, None).await;
    assert!(
        matches!(&settled, Settlement::StillUnknown(how) if how.contains("begun at elsewhere.example")),
        "{settled:?}"
    );
}
