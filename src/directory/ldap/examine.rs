//! What `config check --connect` looks at: the servers as anybody finds them, the tree as an operator
//! sees it, and what the operator may do there. Nothing is changed.

mod active_directory;
mod cures;
mod ds389;
mod openldap;
mod right;
mod rights;
mod security_descriptor;
mod servers;
mod tree;

use super::{directory::LdapDirectory, lost::unavailable, session::Session};
use crate::{
    directory::{DirectoryError, Finding},
    operator::Operator,
};

impl LdapDirectory {
    /// What an operator who has signed in sees and may do.
    pub(super) async fn look_around(
        &self,
        session: &Session,
        operator: &Operator,
    ) -> Result<Vec<Finding>, DirectoryError> {
        let link = session.link().await?;
        let mut found = vec![Finding::good(format!(
            "signed in at {} as {}",
            link.server, operator.id
        ))];
        let settings = &self.connector.settings;
        let bases = self.bases(&link);
        let lost = |lost| unavailable(&lost);
        found.extend(tree::bases(&link, &bases).await.map_err(lost)?);
        let groups = tree::groups(&link, &settings.roles).await;
        found.extend(groups.map_err(lost)?);
        let samples = tree::samples(&link, settings, &bases, operator).await;
        let samples = samples.map_err(lost)?;
        if samples.is_empty() {
            found.push(tree::nobody(&link, settings));
        }
        for sample in &samples {
            let seen = self.read(session, sample).await?;
            found.extend(tree::policy(&link, &seen.rules, operator));
            let held = rights::of(&link, &sample.0, operator).await;
            found.extend(held.map_err(lost)?);
        }
        // What is the same for several places is told once.
        let mut told: Vec<Finding> = Vec::new();
        for finding in found {
            if !told.contains(&finding) {
                told.push(finding);
            }
        }
        Ok(told)
    }
}
