//! The three servers that `tests/run` starts, and what only their own tools and words tell.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use halligan::{
    directory::{
        Directory, DirectoryError,
        ldap::{LdapDirectory, settings::LdapSettings},
    },
    operator::SignInRefusal,
    user::UserId,
};

use super::support::{Desk, Said, exported, run, said, secret, tool, whoami};

/// Every user's password before a test changes it.
pub const START: &str = "Start-Plm7xqRd-1";

/// A server of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    OpenLdap,
    Ds389,
    Samba,
}

impl Server {
    fn variable(self, what: &str) -> String {
        let name = match self {
            Self::OpenLdap => "SLAPD",
            Self::Ds389 => "DS389",
            Self::Samba => "SAMBA",
        };
        exported(&format!("HALLIGAN_{name}{what}"))
    }

    /// Where it answers with TLS from the first byte.
    pub fn url(self) -> String {
        self.variable("")
    }

    /// Where it answers in the clear until `StartTLS`.
    pub fn plain(self) -> String {
        self.variable("_PLAIN")
    }

    /// A certificate or key of its test authority.
    pub fn pki(self, name: &str) -> PathBuf {
        Path::new(&self.variable("_DIR")).join("pki").join(name)
    }

    /// What an agency would configure.
    pub fn settings(self) -> LdapSettings {
        let unix = self != Self::Samba;
        LdapSettings {
            urls: vec![self.url()],
            ca_file: Some(self.pki("ca.crt")),
            login_dn: unix.then(|| "uid={},ou=operators,dc=lab,dc=test".into()),
            default_policy: (self == Self::OpenLdap)
                .then(|| "cn=default,ou=policies,dc=lab,dc=test".into()),
            ..LdapSettings::default()
        }
    }

    /// The password of an operator of this name.
    pub fn password_of(self, operator: &str) -> String {
        match self {
            Self::OpenLdap | Self::Ds389 => format!("{operator}-Plm7xqRd"),
            Self::Samba => format!("{operator}-Plm7xqRd1"),
        }
    }

    /// An operator has signed in.
    pub async fn signed_in_as(self, operator: &str) -> Desk {
        Desk::open(self.settings(), operator, &self.password_of(operator)).await
    }

    /// The help desk has signed in.
    pub async fn desk(self) -> Desk {
        self.signed_in_as("desk").await
    }

    /// Why a sign-in through the directory is refused.
    pub async fn refusal(self, name: &str, password: &str) -> SignInRefusal {
        let directory = LdapDirectory::open(self.settings()).await;
        let directory = directory.expect("good settings");
        match directory.sign_in(name, &secret(password)).await {
            Err(
                DirectoryError::SignIn { reason, .. } | DirectoryError::SignInBarred { reason, .. },
            ) => reason,
            other => panic!("{name}: {other:?}"),
        }
    }

    /// The name by which a user binds.
    pub fn name(self, login: &str) -> String {
        match self {
            Self::OpenLdap | Self::Ds389 => format!("uid={login},ou=people,dc=lab,dc=test"),
            Self::Samba => format!("{login}@lab.test"),
        }
    }

    /// The user's DN, where the ID makes it.
    pub fn user_dn(self, login: &str) -> UserId {
        assert_ne!(self, Self::Samba, "a DN there is made of the name");
        UserId(self.name(login))
    }

    /// Binds with OpenLDAP's own tool. Samba has no "who am I?", so `ldapwhoami` ends there with a
    /// protocol error (2) after a good bind.
    pub fn bind_as(self, name: &str, password: &str) -> Said {
        whoami(&self.url(), &self.pki("ca.crt"), name, password)
    }

    /// Binds as the user of this ID.
    pub fn bind(self, login: &str, password: &str) -> Said {
        self.bind_as(&self.name(login), password)
    }

    /// Gets a ticket of Kerberos by MIT's own tool, which shares nothing with LDAP but the account.
    pub fn kinit(self, name: &str, password: &str) -> Said {
        let directory = PathBuf::from(self.variable("_DIR"));
        let account = name.split('@').next().unwrap_or(name);
        let cache = tempfile::NamedTempFile::new().expect("a file");
        let output = run(
            Command::new("kinit")
                .arg("-c")
                .arg(cache.path())
                .arg(format!("{account}@LAB.TEST"))
                .env("KRB5_CONFIG", directory.join("krb5.conf"))
                .env("LC_ALL", "C"),
            &format!("{password}\n"),
        );
        said(&output)
    }

    /// The password is right, and must be changed before anything else.
    #[track_caller]
    pub fn must_change(self, name: &str, password: &str) {
        let said = self.bind_as(name, password);
        let told = match self {
            Self::OpenLdap | Self::Ds389 => said.text.contains("must be changed"),
            Self::Samba => said.code == 49 && said.text.contains("data 773"),
        };
        assert!(told, "{name}: {said:?}");
        if self == Self::Samba && name.ends_with("@lab.test") {
            let said = self.kinit(name, password);
            assert!(said.text.contains("Password expired"), "{name}: {said:?}");
        }
    }

    /// The password lets the user in.
    #[track_caller]
    pub fn signs_in(self, login: &str, password: &str) {
        let said = self.bind(login, password);
        let told = match self {
            Self::OpenLdap | Self::Ds389 => {
                said.code == 0 && !said.text.contains("must be changed")
            }
            Self::Samba => said.text.contains("not supported"),
        };
        assert!(told, "{login}: {said:?}");
        if self == Self::Samba {
            let said = self.kinit(login, password);
            assert_eq!(said.code, 0, "{login}: {said:?}");
        }
    }

    /// Three wrong passwords; then the right one is refused too.
    #[track_caller]
    pub fn lock_by_failures(self, login: &str) {
        for _ in 0..3 {
            let said = self.bind(login, "wrong");
            assert!(said.code == 49 || self == Self::Ds389, "{said:?}");
        }
        let said = self.bind(login, START);
        let locked = match self {
            Self::OpenLdap => said.code == 49,
            Self::Ds389 => said.text.contains("Exceed password retry limit"),
            Self::Samba => said.text.contains("data 775"),
        };
        assert!(locked, "{said:?}");
    }

    /// Adds somebody with the password of all, in the place of the help desk; the DN.
    pub fn adds(self, login: &str) -> UserId {
        let dn = match self {
            Self::OpenLdap | Self::Ds389 => format!("uid={login},ou=people,dc=lab,dc=test"),
            Self::Samba => format!("CN={login},OU=People,DC=lab,DC=test"),
        };
        self.modify(&match self {
            Self::OpenLdap | Self::Ds389 => format!(
                "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {login}\ncn: {login}\n\
                 sn: Added\nuserPassword: {START}\n"
            ),
            Self::Samba => {
                let quoted = format!("\"{START}\"");
                let bytes: Vec<u8> = quoted.encode_utf16().flat_map(u16::to_le_bytes).collect();
                format!(
                    "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {login}\nsn: Added\n\
                     userPrincipalName: {login}@lab.test\nunicodePwd:: {}\nuserAccountControl: 512\n",
                    STANDARD.encode(&bytes)
                )
            }
        });
        UserId(dn)
    }

    /// Changes entries as the administrator of the directory.
    pub fn modify(self, ldif: &str) {
        let (name, password) = match self {
            Self::OpenLdap => ("cn=admin,dc=lab,dc=test", "adminpw"),
            Self::Ds389 => ("cn=Directory Manager", "dmpassword1"),
            Self::Samba => ("Administrator@lab.test", "Adm1n-Plm7xqRd!"),
        };
        let arguments = ["-x", "-H", &self.url(), "-D", name, "-w", password];
        let said = tool("ldapmodify", &self.pki("ca.crt"), &arguments, ldif);
        assert_eq!(said.code, 0, "{ldif}\n{}", said.text);
    }
}
