//! Kinds of servers.

/// Kinds of servers that behave differently enough to matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// OpenLDAP with the ppolicy overlay.
    OpenLdap,
    /// 389 Directory Server and its relatives.
    Ds389,
    /// FreeIPA, which is 389 Directory Server with Kerberos and a tree of its own.
    FreeIpa,
    /// Active Directory and Samba domain controllers.
    ActiveDirectory,
    /// lldap.
    Lldap,
    /// Any other.
    Other,
}

impl Flavour {
    /// The name on the screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OpenLdap => "OpenLDAP",
            Self::Ds389 => "389 Directory Server",
            Self::FreeIpa => "FreeIPA",
            Self::ActiveDirectory => "Active Directory",
            Self::Lldap => "lldap",
            Self::Other => "LDAP",
        }
    }
}
