//! The session in force at this console, shared with the thread that hears signals.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use crate::{desk::Session, source::Source};

/// The session in force and the writes on their way. Clones share both.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    source: Source,
    session: Arc<Mutex<Option<Arc<Session>>>>,
    writes: Arc<AtomicUsize>,
}

impl CurrentSession {
    /// None yet.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            session: Arc::default(),
            writes: Arc::default(),
        }
    }

    /// From where.
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The session, where somebody has signed in.
    pub fn session(&self) -> Option<Arc<Session>> {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Somebody signs in or out; returns the session before.
    pub fn take(&self, session: Option<Arc<Session>>) -> Option<Arc<Session>> {
        let mut slot = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut slot, session)
    }

    /// How many writes are on their way.
    pub fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    /// Counts a write until the guard is dropped.
    pub fn writing(&self) -> Writing {
        self.writes.fetch_add(1, Ordering::SeqCst);
        Writing(Arc::clone(&self.writes))
    }
}

/// A write that is on its way.
#[derive(Debug)]
pub struct Writing(Arc<AtomicUsize>);

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
