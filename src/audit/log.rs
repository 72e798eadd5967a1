//! The log as the desk uses it.

use crate::store::Store;

/// Appends to and reads from the audit of a store.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Store,
}

impl AuditLog {
    /// The audit kept in `store`.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The store beneath.
    pub const fn store(&self) -> &Store {
        &self.store
    }
}
