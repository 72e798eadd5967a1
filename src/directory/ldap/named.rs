//! The users who bear exactly one identifier: an ID, an address, a user principal name, a DN.

use ldap3::Scope;

use super::{
    attributes::Attributes,
    directory::LdapDirectory,
    entry::Entry,
    filter,
    flavour::Flavour,
    freeipa, rdn, readable,
    refusal::{Tried, refused},
    result_code as code,
    search_request::SearchRequest,
    session::Session,
    sign_in::is_dn,
};
use crate::{
    directory::DirectoryError,
    user::{User, UserId},
};

/// So many with one identifier are as bad as more.
const SOME: usize = 20;

impl LdapDirectory {
    pub(super) async fn bearers(
        &self,
        session: &Session,
        identifier: &str,
    ) -> Result<Vec<User>, DirectoryError> {
        if is_dn(identifier) {
            return self.by_dn(session, identifier).await;
        }
        let settings = &self.connector.settings;
        session
            .read(|link| async move {
                let attributes = Attributes::new(link.root.flavour, settings);
                let filter = filter::named(&attributes, link.root.flavour, identifier);
                let names = attributes.requested(link.root.flavour);
                let mut found: Vec<Entry> = Vec::new();
                for base in self.bases(&link) {
                    let answer = link
                        .search(SearchRequest {
                            base: &base,
                            scope: Scope::Subtree,
                            filter: &filter,
                            attributes: &names,
                            limit: SOME,
                            controls: Vec::new(),
                        })
                        .await?;
                    let entries = answer.entries.into_iter().map(|(entry, _)| entry);
                    let is_new = |entry: &Entry| !found.iter().any(|it| it.dn == entry.dn);
                    let new: Vec<Entry> = entries.filter(is_new).collect();
                    found.extend(new);
                    match answer.result.rc {
                        code::SUCCESS | code::SIZE_LIMIT => {}
                        code::NO_SUCH_OBJECT if freeipa::may_be_missing(&base) => {}
                        _ => {
                            let error = refused(&answer.result, &link, Tried::Read, false);
                            return Ok(Err(Box::new(error)));
                        }
                    }
                }
                if link.root.flavour == Flavour::FreeIpa {
                    found.retain(|entry| !freeipa::is_shadow(&entry.dn));
                }
                let found = best(found, &attributes, identifier);
                Ok(Ok(self.users(session, &link, &attributes, found).await?))
            })
            .await?
            .map_err(|error| *error)
    }

    /// The entry itself, if it is a user and one of those that are looked after here.
    async fn by_dn(&self, session: &Session, dn: &str) -> Result<Vec<User>, DirectoryError> {
        let link = session.link().await?;
        let attributes = Attributes::new(link.root.flavour, &self.connector.settings);
        let is_here = self
            .bases(&link)
            .iter()
            .any(|base| rdn::is_within(dn, base));
        let filter = &attributes.user_filter;
        let is_user = session
            .read(|link| async move { readable::matches(&link, dn, filter).await })
            .await?;
        let is_shadow = link.root.flavour == Flavour::FreeIpa && freeipa::is_shadow(dn);
        if !is_here || !is_user || is_shadow {
            return Ok(Vec::new());
        }
        match self.read(session, &UserId(dn.to_owned())).await {
            Ok(seen) => Ok(vec![seen.user]),
            Err(DirectoryError::NotFound) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// An ID wins over an address: somebody's address may be another one's ID.
fn best(found: Vec<Entry>, attributes: &Attributes, identifier: &str) -> Vec<Entry> {
    let wanted = identifier.to_lowercase();
    let by_id = |entry: &Entry| {
        let ids = entry.texts(&attributes.login);
        ids.iter().any(|id| id.to_lowercase() == wanted)
    };
    let (ids, others): (Vec<_>, Vec<_>) = found.into_iter().partition(by_id);
    if ids.is_empty() { others } else { ids }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ldap::settings::LdapSettings;

    #[test]
    fn an_id_wins_over_the_address_of_another() {
        let attributes = Attributes::new(Flavour::OpenLdap, &LdapSettings::default());
        let entry = |dn: &str, uid: &[&str], mail: &str| {
            Entry::for_test(dn, &[("uid", uid), ("mail", &[mail])])
        };
        let one = entry("uid=one", &["one", "Alias"], "one@lab");
        let other = entry("uid=other", &["other"], "alias");
        let found = best(vec![other, one], &attributes, "alias");
        let dns: Vec<_> = found.iter().map(|entry| &*entry.dn).collect();
        assert_eq!(dns, ["uid=one"]);
    }
}
