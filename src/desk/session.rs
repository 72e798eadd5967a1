//! An operator's session at the desk.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use jiff::Timestamp;

use crate::{operator::Operator, source::Source};

/// A signed-in operator. Shared by its tasks; only the desk makes and renews one.
#[derive(Debug)]
pub struct Session {
    operator: Operator,
    source: Source,
    proved_at: AtomicI64,
    locked: AtomicBool,
    must_change: AtomicBool,
    proof_unused: AtomicBool,
    is_machine: bool,
}

impl Session {
    pub(super) fn new(operator: Operator, source: Source, now: Timestamp) -> Self {
        Self {
            must_change: AtomicBool::new(operator.must_change),
            operator,
            source,
            proved_at: AtomicI64::new(now.as_second()),
            locked: AtomicBool::new(false),
            proof_unused: AtomicBool::new(true),
            is_machine: false,
        }
    }

    /// The session of a machine client, which has no password to prove.
    pub(super) fn of_machine(operator: Operator, source: Source, now: Timestamp) -> Self {
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
    pub(super) fn resumed(operator: Operator, source: Source, proved_at: Timestamp) -> Self {
        let session = Self::new(operator, source, proved_at);
        session.proof_unused.store(false, Ordering::Relaxed);
        session
    }

    /// Who.
    pub const fn operator(&self) -> &Operator {
        &self.operator
    }

    /// From where.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Seconds since the epoch of the last proof of the password.
    pub fn proved_at(&self) -> i64 {
        self.proved_at.load(Ordering::Relaxed)
    }

    /// Locked, until the password is given again.
    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Relaxed)
    }

    /// The operator must choose a new password before anything else.
    pub fn must_change(&self) -> bool {
        self.must_change.load(Ordering::Relaxed)
    }

    pub(super) fn prove(&self, now: Timestamp) {
        self.proved_at.store(now.as_second(), Ordering::Relaxed);
        self.proof_unused.store(true, Ordering::Relaxed);
        self.locked.store(false, Ordering::Relaxed);
    }

    /// True once after each proof of the password, where every reset wants its own.
    pub(super) fn use_proof(&self) -> bool {
        self.proof_unused.swap(false, Ordering::Relaxed)
    }

    /// Locks, and tells whether it was locked before.
    pub(super) fn set_locked(&self) -> bool {
        self.locked.swap(true, Ordering::Relaxed)
    }

    pub(super) fn password_changed(&self) {
        self.must_change.store(false, Ordering::Relaxed);
    }
}
