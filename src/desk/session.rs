//! An operator's session at the desk.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

use super::{clock::Instant, held::Held};
use crate::{
    operator::{Operator, OperatorChange},
    source::Source,
    user::UserId,
};

/// A signed-in operator. Shared by its tasks; only the desk makes and renews one.
#[derive(Debug)]
pub struct Session {
    operator: Mutex<Arc<Operator>>,
    change: Mutex<Option<OperatorChange>>,
    source: Source,
    proved_at: AtomicI64,
    /// The same in milliseconds on a clock that only runs forward.
    proved_on: AtomicU64,
    /// When the operator was looked at last, on the same clock; 0 for never.
    looked_on: AtomicU64,
    /// The directory did not answer the last look between two acts.
    unanswered: AtomicBool,
    locked: AtomicBool,
    proof_unused: AtomicBool,
    is_machine: bool,
    /// Held for writing while the operator's own password is being changed: in between, the
    /// directory has the new one already and this session does not know of it.
    own_change: tokio::sync::RwLock<()>,
    /// For whom it was made sure who is calling.
    verified: Mutex<HashMap<UserId, Held>>,
}

impl Session {
    pub(super) fn new(operator: Operator, source: Source, now: Instant) -> Self {
        Self {
            operator: Mutex::new(Arc::new(operator)),
            change: Mutex::default(),
            source,
            proved_at: AtomicI64::new(now.wall.as_second()),
            proved_on: AtomicU64::new(millis(now.steady)),
            looked_on: AtomicU64::new(0),
            unanswered: AtomicBool::new(false),
            locked: AtomicBool::new(false),
            proof_unused: AtomicBool::new(true),
            is_machine: false,
            own_change: tokio::sync::RwLock::default(),
            verified: Mutex::default(),
        }
    }

    /// The session of a machine client, which has no password to prove.
    pub(super) fn of_machine(operator: Operator, source: Source, now: Instant) -> Self {
        Self {
            is_machine: true,
            ..Self::new(operator, source, now)
        }
    }

    /// Is it a machine client's?
    pub const fn is_machine(&self) -> bool {
        self.is_machine
    }

    /// The session of a token from before a restart, or of an operator whose permissions have
    /// changed: the proof of the password counts on, an unused one does not.
    pub(super) fn resumed(
        operator: Operator,
        source: Source,
        proved_at: Timestamp,
        now: Instant,
    ) -> Self {
        let age = now.wall.duration_since(proved_at);
        let steady = now
            .steady
            .saturating_sub(Duration::try_from(age).unwrap_or_default());
        let proved = Instant {
            wall: proved_at,
            steady,
        };
        let session = Self::new(operator, source, proved);
        session.proof_unused.store(false, Ordering::Relaxed);
        session
    }

    /// Who, as last looked at.
    pub fn operator(&self) -> Arc<Operator> {
        Arc::clone(&lock(&self.operator))
    }

    /// What has changed of the operator since the sign-in; the session is over until the operator
    /// has signed in again.
    pub fn change(&self) -> Option<OperatorChange> {
        lock(&self.change).clone()
    }

    /// From where.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Seconds since the epoch of the last proof of the password.
    pub fn proved_at(&self) -> i64 {
        self.proved_at.load(Ordering::Relaxed)
    }

    /// Seconds since the last proof of the password. A wall clock that was set back makes no proof
    /// younger, and one that was set forward makes it older: the longer of both ages counts.
    pub(super) fn age_of_proof(&self, now: Instant) -> i64 {
        let on = self.proved_on.load(Ordering::Relaxed);
        let steady = millis(now.steady).saturating_sub(on) / 1000;
        let wall = now.wall.as_second() - self.proved_at();
        wall.max(i64::try_from(steady).unwrap_or(i64::MAX))
    }

    /// Locked, until the password is given again.
    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Relaxed)
    }

    /// The operator must choose a new password before anything else.
    pub fn must_change(&self) -> bool {
        lock(&self.operator).must_change
    }

    /// Waits until no change of the own password is on its way; none begins while this is held.
    pub(super) async fn between_own_changes(&self) -> tokio::sync::RwLockReadGuard<'_, ()> {
        self.own_change.read().await
    }

    /// Held while the own password is changed and the session learns of it.
    pub(super) async fn own_change(&self) -> tokio::sync::RwLockWriteGuard<'_, ()> {
        self.own_change.write().await
    }

    /// The operator has just been looked at.
    pub(super) fn looked_at(&self, now: Instant) {
        self.looked_on.store(millis(now.steady), Ordering::Relaxed);
        self.unanswered.store(false, Ordering::Relaxed);
    }

    /// The directory did not answer a look between two acts.
    pub(super) fn note_unanswered(&self) {
        self.unanswered.store(true, Ordering::Relaxed);
    }

    /// Has nothing been heard of the operator since such a look?
    pub(super) fn is_unanswered(&self) -> bool {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// Was the operator looked at no longer ago than `time`?
    pub(super) fn looked_at_within(&self, time: Duration, now: Instant) -> bool {
        let on = self.looked_on.load(Ordering::Relaxed);
        on > 0 && millis(now.steady).saturating_sub(on) < millis(time)
    }

    /// The operator as the directory knows the account now.
    pub(super) fn renew(&self, operator: Operator) {
        *lock(&self.operator) = Arc::new(operator);
    }

    /// Ends what the proof of the password has opened: the operator is another one now.
    pub(super) fn operator_changed(&self, change: OperatorChange) {
        *lock(&self.change) = Some(change);
        lock(&self.verified).clear();
        self.set_locked();
    }

    pub(super) fn prove(&self, operator: Operator, now: Instant) {
        self.renew(operator);
        *lock(&self.change) = None;
        self.proved_at
            .store(now.wall.as_second(), Ordering::Relaxed);
        self.proved_on.store(millis(now.steady), Ordering::Relaxed);
        self.proof_unused.store(true, Ordering::Relaxed);
        self.locked.store(false, Ordering::Relaxed);
    }

    /// It was made sure who is calling for this user.
    pub(super) fn verified(&self, user: UserId, held: Held) {
        lock(&self.verified).insert(user, held);
    }

    /// What is held of callers for this user; whether it counts is judged by the desk.
    pub(super) fn verification(&self, user: &UserId) -> Option<Held> {
        lock(&self.verified).get(user).cloned()
    }

    /// Whatever is held of callers for this user ends.
    pub(super) fn forget_verification(&self, user: &UserId) {
        lock(&self.verified).remove(user);
    }

    /// True once after each proof of the password, where every reset wants its own.
    pub(super) fn use_proof(&self) -> bool {
        self.proof_unused.swap(false, Ordering::Relaxed)
    }

    /// Locks, and tells whether it was locked before.
    pub(super) fn set_locked(&self) -> bool {
        self.locked.swap(true, Ordering::Relaxed)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
