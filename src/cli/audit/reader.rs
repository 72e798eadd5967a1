//! The two ways to the audit.

use crate::{
    cli::{Context, Exit, Failure, context::SignedIn, recover::Asker},
    config::DirectoryKind,
    desk::{Desk, DeskError, MachineAudit},
    process,
};

/// Who reads: an operator who signs in first, or whoever can open the store at this machine.
pub(super) struct Reader<'a> {
    pub(super) context: &'a Context,
    pub(super) asker: Option<&'a Asker>,
}

impl Reader<'_> {
    /// Reads by the one way or the other.
    pub(super) async fn read<T>(
        &self,
        signed_in: impl AsyncFnOnce(&SignedIn) -> Result<T, Failure>,
        at_machine: impl AsyncFnOnce(MachineAudit<'_>) -> Result<T, DeskError>,
    ) -> Result<T, Failure> {
        let Some(asker) = self.asker else {
            let read = self.context.at_desk(signed_in).await;
            return read.map_err(|failure| self.with_the_other_way(failure));
        };
        if self.context.loaded.config.directory != DirectoryKind::Ldap {
            return Err(Failure::new(
                Exit::Usage,
                "the operators of this directory sign in at the store itself, which needs no server",
                "Nothing was changed.",
                "Sign in; `halligan recover` lets an administrator in again who is locked out.",
            ));
        }
        let desk: Desk = self.context.desk_unasked().await?;
        let source = process::source();
        let read = at_machine(desk.audit_at_machine(asker.words(), &source)).await;
        desk.tidy().await;
        Ok(read?)
    }

    /// Where nobody can sign in since no server answers, the machine's owner can still read.
    fn with_the_other_way(&self, failure: Failure) -> Failure {
        let is_down = failure.exit() == Exit::Unavailable;
        if !is_down || self.context.loaded.config.directory != DirectoryKind::Ldap {
            return failure;
        }
        let more = "The owner of the store reads it with --at-machine, without signing in.";
        failure.with_cure(more)
    }
}
