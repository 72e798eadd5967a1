//! The one suite of every directory, against each of the three servers.

use std::path::Path;

use async_trait::async_trait;
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

use super::support::{exported, secret, tool};
use crate::support::directory_suite::{Fixture, every_directory_behaves};

/// A server, and how its own tools add a user.
struct Server {
    directory: LdapDirectory,
    operator: Operator,
    flavour: Flavour,
    _secret: tempfile::NamedTempFile,
}

#[derive(Clone, Copy, PartialEq)]
enum Flavour {
    OpenLdap,
    Ds389,
    Samba,
}

impl Flavour {
    fn url(self) -> String {
        exported(match self {
            Self::OpenLdap => "HALLIGAN_SLAPD",
            Self::Ds389 => "HALLIGAN_DS389",
            Self::Samba => "HALLIGAN_SAMBA",
        })
    }

    fn ca(self) -> std::path::PathBuf {
        let directory = exported(match self {
            Self::OpenLdap => "HALLIGAN_SLAPD_DIR",
            Self::Ds389 => "HALLIGAN_DS389_DIR",
            Self::Samba => "HALLIGAN_SAMBA_DIR",
        });
        Path::new(&directory).join("pki/ca.crt")
    }

    /// Who may add users: DN and password.
    const fn administrator(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenLdap => ("cn=admin,dc=lab,dc=test", "adminpw"),
            Self::Ds389 => ("cn=Directory Manager", "dmpassword1"),
            Self::Samba => ("Administrator@lab.test", "Adm1n-Passw0rd!"),
        }
    }

    fn modify(self, ldif: &str) {
        let (name, password) = self.administrator();
        let arguments = ["-x", "-H", &self.url(), "-D", name, "-w", password];
        let said = tool("ldapmodify", &self.ca(), &arguments, ldif);
        assert_eq!(said.code, 0, "{ldif}\n{}", said.text);
    }
}

impl Server {
    async fn new(flavour: Flavour) -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "desk-Passw0rd").expect("written");
        let mut settings = LdapSettings {
            urls: vec![flavour.url()],
            ca_file: Some(flavour.ca()),
            default_policy: Some("cn=default,ou=policies,dc=lab,dc=test".into()),
            ..LdapSettings::default()
        };
        let (login, password) = match flavour {
            Flavour::Samba => {
                std::fs::write(file.path(), "desk-Passw0rd1").expect("written");
                ("desk@lab.test", "desk-Passw0rd1")
            }
            _ => ("desk", "desk-Passw0rd"),
        };
        settings.search_account = Some(SearchAccount {
            dn: match flavour {
                Flavour::Samba => "desk@lab.test".into(),
                _ => "uid=desk,ou=operators,dc=lab,dc=test".into(),
            },
            password_file: Some(file.path().to_owned()),
            password_command: Vec::new(),
        });
        let directory = LdapDirectory::open(settings).await.expect("good settings");
        let login = if flavour == Flavour::Samba {
            "desk"
        } else {
            login
        };
        let operator = directory
            .sign_in(login, &secret(password))
            .await
            .expect("a sign-in");
        Self {
            directory,
            operator,
            flavour,
            _secret: file,
        }
    }
}

#[async_trait]
impl Fixture for Server {
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
        let dn = if self.flavour == Flavour::Samba {
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
                    base64(&quoted)
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
            }
            if !new.active {
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
            Flavour::Samba => "CN=nobody,OU=Suite,DC=lab,DC=test".into(),
            _ => "uid=nobody,ou=people,dc=lab,dc=test".into(),
        })
    }

    fn failures_that_lock(&self) -> Option<u32> {
        Some(3)
    }

    fn disables(&self) -> bool {
        self.flavour != Flavour::OpenLdap
    }

    fn lets_in_to_change(&self) -> bool {
        self.flavour != Flavour::Samba
    }
}

/// What an administrator sets must be changed.
const FIRST: &str = "Initial-Passw0rd-0";

impl Server {
    /// The user changes the first password to another.
    fn own_choice(&self, dn: &str, password: &str) {
        let url = self.flavour.url();
        let arguments = ["-x", "-H", &url, "-D", dn, "-w", FIRST, "-s", password];
        let said = tool("ldappasswd", &self.flavour.ca(), &arguments, "");
        assert_eq!(said.code, 0, "{dn}: {}", said.text);
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let n =
                chunk.iter().fold(0_u32, |n, &b| n << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
            (0..4).map(move |i| {
                if i <= chunk.len() {
                    char::from(LETTERS[(n >> (18 - 6 * i)) as usize & 63])
                } else {
                    '='
                }
            })
        })
        .collect()
}

#[tokio::test]
#[ignore = "needs slapd: tests/run"]
async fn openldap_behaves_as_every_directory() {
    every_directory_behaves(&Server::new(Flavour::OpenLdap).await).await;
}

#[tokio::test]
#[ignore = "needs ds389: tests/run"]
async fn ds389_behaves_as_every_directory() {
    every_directory_behaves(&Server::new(Flavour::Ds389).await).await;
}

#[tokio::test]
#[ignore = "needs samba: tests/run"]
async fn samba_behaves_as_every_directory() {
    every_directory_behaves(&Server::new(Flavour::Samba).await).await;
}
