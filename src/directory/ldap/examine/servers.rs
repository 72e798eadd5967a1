//! Every server of the configuration, as anybody finds it before a sign-in.

use crate::directory::{
    Deadline, Finding,
    ldap::{
        connection::Link,
        control::PASSWORD_POLICY,
        directory::LdapDirectory,
        flavour::Flavour,
        root_dse::PASSWORD_MODIFY,
        server::{Safety, Server},
        sign_in,
    },
};

impl LdapDirectory {
    /// Connects to each server, and tries the search account.
    pub(in crate::directory::ldap) async fn look_at_servers(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut contexts: Vec<Vec<String>> = Vec::new();
        for server in self.connector.servers() {
            let limit = self.connector.settings.act_timeout();
            let opened = Deadline::after(limit).within(self.connector.open(server));
            match opened.await {
                Ok(link) => {
                    found.extend(described(server, &link));
                    if link.root.shown {
                        contexts.push(link.root.contexts.clone());
                    }
                    found.extend(self.search_account(&link).await);
                    link.close().await;
                }
                Err(failure) => found.push(Finding::wrong(failure.message, &failure.cure)),
            }
        }
        contexts.dedup();
        if contexts.len() > 1 {
            found.push(Finding::wrong(
                "the servers hold different naming contexts: they are not one directory",
                "Name servers of one directory in [ldap] urls.",
            ));
        }
        found
    }

    async fn search_account(&self, link: &Link) -> Option<Finding> {
        let account = self.connector.settings.search_account.as_ref()?;
        Some(match sign_in::bind_search_account(link, account).await {
            Ok(()) => Finding::good(format!(
                "the search account {} signs in at {}",
                account.dn, link.server
            )),
            Err(error) => Finding::wrong(error.to_string(), &error.cure()),
        })
    }
}

fn described(server: &Server, link: &Link) -> Vec<Finding> {
    let root = &link.root;
    let safety = match server.safety {
        Safety::Tls => "TLS",
        Safety::StartTls => "TLS after StartTLS",
        Safety::Local => "a socket of this machine",
        Safety::Plain => "no TLS, on loopback",
    };
    if !root.shown {
        return vec![Finding::unclear(
            format!(
                "{} answers ({safety}), and does not say what it is before a sign-in (its root DSE \
                 is hidden)",
                link.server
            ),
            "Set flavour, bases and login_dn in [ldap], or a [ldap.search_account].",
        )];
    }
    let mut found = vec![Finding::good(format!(
        "{} answers ({safety}): {}, {}",
        link.server,
        root.flavour.title(),
        root.contexts.join(" and ")
    ))];
    let has_policy = match root.flavour {
        Flavour::OpenLdap => root.control(PASSWORD_POLICY),
        Flavour::Ds389
        | Flavour::FreeIpa
        | Flavour::ActiveDirectory
        | Flavour::Lldap
        | Flavour::Other => true,
    };
    if !has_policy {
        found.push(Finding::unclear(
            format!(
                "{} runs without the password policy overlay: no locks, no must-change, no expiry",
                link.server
            ),
            "olcOverlay: ppolicy",
        ));
    }
    let resets = root.flavour == Flavour::ActiveDirectory
        || root.extensions.is_empty()
        || root.extension(PASSWORD_MODIFY);
    if !resets {
        found.push(Finding::wrong(
            format!(
                "{} has no Password Modify operation (RFC 3062): no password can be set",
                link.server
            ),
            "",
        ));
    }
    found
}
