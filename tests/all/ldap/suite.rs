//! The one suite of every directory, against each of the three servers.

use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use halligan::{
    directory::{
        Directory, NewUser,
        ldap::{
            LdapDirectory,
            settings::{LdapSettings, SearchAccount},
        },
    },
    operator::Operator,
    password::Secret,
    user::UserId,
};
use jiff::Timestamp;

use super::{
    servers::Server,
    support::{Desk, tool},
};
use crate::support::directory_suite::{Fixture, behaves_as_every_directory};

/// A server, and how its own tools add a user.
struct Suite {
    directory: LdapDirectory,
    operator: Operator,
    flavour: Server,
    _secret: tempfile::NamedTempFile,
}

impl Suite {
    async fn new(flavour: Server) -> Self {
        let password = flavour.password_of("desk");
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), &password).expect("written");
        let settings = LdapSettings {
            login_dn: None,
            search_account: Some(SearchAccount {
                dn: match flavour {
                    Server::OpenLdap | Server::Ds389 => {
                        "uid=desk,ou=operators,dc=lab,dc=test".into()
                    }
                    Server::Samba => "desk@lab.test".into(),
                },
                password_file: Some(file.path().to_owned()),
                password_command: Vec::new(),
            }),
            ..flavour.settings()
        };
        let desk = Desk::open(settings, "desk", &password).await;
        Self {
            directory: desk.directory,
            operator: desk.operator,
            flavour,
            _secret: file,
        }
    }
}

#[async_trait]
impl Fixture for Suite {
    fn directory(&self) -> &dyn Directory {
        &self.directory
    }

    async fn operator(&self) -> Operator {
        self.operator.clone()
    }

    async fn add(&self, new: &NewUser, password: Option<&Secret>) -> UserId {
        let NewUser {
            login,
            email,
            given_name,
            family_name,
            ..
        } = new;
        let names = format!("sn: {family_name}\ngivenName: {given_name}\nmail: {email}\n");
        let dn = if self.flavour == Server::Samba {
            let dn = format!("CN={login},OU=Suite,DC=lab,DC=test");
            self.flavour.modify(&format!(
                "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\n\
                 userPrincipalName: {login}@lab.test\n{names}\n\
                 dn: CN=Suite People,CN=Users,DC=lab,DC=test\nchangetype: modify\nadd: member\nmember: {dn}\n"
            ));
            if let Some(password) = password {
                let quoted: Vec<u8> = format!("\"{}\"", password.expose())
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect();
                let control = if new.active { 512 } else { 514 };
                self.flavour.modify(&format!(
                    "dn: {dn}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {}\n-\n\
                     replace: userAccountControl\nuserAccountControl: {control}\n",
                    STANDARD.encode(&quoted)
                ));
            }
            dn
        } else {
            let dn = format!("uid={login},ou=people,dc=lab,dc=test");
            self.flavour.modify(&format!(
                "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {login}\n\
                 cn: {given_name} {family_name}\n{names}\n"
            ));
            if let Some(password) = password {
                self.flavour.modify(&format!(
                    "dn: {dn}\nchangetype: modify\nreplace: userPassword\nuserPassword: {FIRST}\n"
                ));
                self.own_choice(&dn, password.expose());
                // These servers count whole seconds: of two changes in one only the second would
                // be seen.
                let set = Timestamp::now().as_second();
                while Timestamp::now().as_second() == set {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            if !new.active && self.disables() {
                self.flavour.modify(&format!(
                    "dn: {dn}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: true\n"
                ));
            }
            dn
        };
        UserId(dn)
    }

    fn missing(&self) -> UserId {
        UserId(match self.flavour {
            Server::Samba => "CN=nobody,OU=Suite,DC=lab,DC=test".into(),
            Server::OpenLdap | Server::Ds389 => "uid=nobody,ou=people,dc=lab,dc=test".into(),
        })
    }

    fn failures_that_lock(&self) -> Option<u32> {
        Some(3)
    }

    fn disables(&self) -> bool {
        self.flavour != Server::OpenLdap
    }

    fn tells_what_stands_in_the_way(&self) -> bool {
        self.flavour == Server::Samba
    }

    fn lets_in_to_change(&self) -> bool {
        self.flavour != Server::Samba
    }
}

/// What an administrator sets must be changed.
const FIRST: &str = "Initial-Plm7xqRd-0";

impl Suite {
    /// The user changes the first password to another.
    fn own_choice(&self, dn: &str, password: &str) {
        let url = self.flavour.url();
        let arguments = ["-x", "-H", &url, "-D", dn, "-w", FIRST, "-s", password];
        let said = tool("ldappasswd", &self.flavour.pki("ca.crt"), &arguments, "");
        assert_eq!(said.code, 0, "{dn}: {}", said.text);
    }
}

mod openldap {
    use super::*;
    behaves_as_every_directory!(
        Suite::new(Server::OpenLdap).await,
        ignore = "needs slapd: tests/run"
    );
}

mod ds389 {
    use super::*;
    behaves_as_every_directory!(
        Suite::new(Server::Ds389).await,
        ignore = "needs ds389: tests/run"
    );
}

mod samba {
    use super::*;
    behaves_as_every_directory!(
        Suite::new(Server::Samba).await,
        ignore = "needs samba: tests/run"
    );
}
