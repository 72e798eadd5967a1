//! Must-change without a new password: the one in force lets its user in once more, to choose another.

use super::{
    directory::LdapDirectory,
    flavour::Flavour,
    read::Seen,
    refusal::Tried,
    reset::active_directory::{self, must_change_from, without_effect},
    session::Session,
    writing::Writing,
};
use crate::{
    directory::{DirectoryError, Support},
    receipt::{Proof, Receipt, Step, StepOutcome},
    user::{Fact, UserId, Version},
};

/// Can it be set? Before a server has answered that is not known. `by_reset` tells whether a reset
/// brings it.
pub(super) fn support(flavour: Option<Flavour>, by_reset: Support) -> Support {
    match flavour {
        Some(Flavour::ActiveDirectory | Flavour::OpenLdap) | None => by_reset,
        // 389 and FreeIPA set it by themselves, with a reset.
        Some(Flavour::Ds389 | Flavour::FreeIpa | Flavour::Lldap | Flavour::Other) => {
            Support::by_its_own_tools("told to choose another password alone")
        }
    }
}

impl LdapDirectory {
    /// Sets it, and reads the user again.
    pub(super) async fn set_must_change(
        &self,
        session: &Session,
        id: &UserId,
        expected: &Version,
        can: Support,
    ) -> Result<Receipt, DirectoryError> {
        if let Support::No(why) = can {
            return Err(DirectoryError::NotOffered(why));
        }
        let writing = self.begin(session, id, Some(expected)).await?;
        let receipt = |how, after: Option<&Seen>| {
            writing.receipt(vec![(Step::MustChange, how)], Proof::NotNeeded, after)
        };
        if writing.before.user.state.must_change == Fact::Known(true) {
            return Ok(receipt(StepOutcome::NotNeeded, Some(&writing.before)));
        }
        if writing.link.root.flavour == Flavour::ActiveDirectory {
            let after = self.set_must_change_in_domain(&writing).await?;
            let how = active_directory::must_change(true, after.as_ref());
            return Ok(receipt(how, after.as_ref()));
        }
        let mut after = Some(writing.before.clone());
        let how = self.must_change(&writing, true, &mut after).await;
        Ok(receipt(how, after.as_ref()))
    }

    async fn set_must_change_in_domain(
        &self,
        writing: &Writing<'_>,
    ) -> Result<Option<Seen>, DirectoryError> {
        let entry = &writing.before.entry;
        if let Some(why) = without_effect(entry) {
            return Err(DirectoryError::NotOffered(why.into()));
        }
        let changes = must_change_from(entry.text("pwdLastSet"));
        let what = |_: &Seen| "password set, or must-change".to_owned();
        self.modified(writing, changes, Tried::MustChange, what)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_it_is_written_by_hand_it_comes_without_a_reset() {
        let yes = |flavour| support(flavour, Support::Yes).is_yes();
        assert!(yes(None) && yes(Some(Flavour::ActiveDirectory)) && yes(Some(Flavour::OpenLdap)));
        for flavour in [
            Flavour::Ds389,
            Flavour::FreeIpa,
            Flavour::Lldap,
            Flavour::Other,
        ] {
            assert!(!yes(Some(flavour)), "{flavour:?}");
        }
        let none = Support::No("no policy".into());
        assert!(!support(Some(Flavour::OpenLdap), none).is_yes());
    }
}
