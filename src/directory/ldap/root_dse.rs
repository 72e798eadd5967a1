//! What a server says of itself in its root DSE (RFC 4512 section 5.1).

use super::{entry::Entry, flavour::Flavour, freeipa, settings::LdapSettings};

/// OID of the Password Modify operation (RFC 3062).
pub(super) const PASSWORD_MODIFY: &str = "1.3.6.1.4.1.4203.1.11.1";
/// OID of "who am I?" (RFC 4532).
pub(super) const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";
const ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// What a server says of itself.
#[derive(Debug, Clone)]
pub(super) struct RootDse {
    pub(super) flavour: Flavour,
    pub(super) contexts: Vec<String>,
    pub(super) controls: Vec<String>,
    pub(super) extensions: Vec<String>,
    vendor: String,
    /// The server has shown where its entries are; some do so only to those who are bound.
    pub(super) shown: bool,
}

/// Attributes to ask the root DSE for.
pub(super) const ROOT_ATTRIBUTES: &[&str] = &[
    "objectClass",
    "namingContexts",
    "defaultNamingContext",
    "supportedControl",
    "supportedExtension",
    "supportedCapabilities",
    "vendorName",
    "vendorVersion",
    "structuralObjectClass",
    freeipa::ROOT_ATTRIBUTES[0],
    freeipa::ROOT_ATTRIBUTES[1],
];

impl RootDse {
    /// Reads the answer; `settings` may fix the flavour.
    pub(super) fn new(entry: &Entry, settings: &LdapSettings) -> Self {
        // Active Directory lists configuration and schema too; users live in the default context.
        let mut contexts = entry.texts("defaultNamingContext");
        if contexts.is_empty() {
            contexts = entry.texts("namingContexts");
        }
        Self {
            shown: !contexts.is_empty(),
            flavour: settings.flavour.fixed().unwrap_or_else(|| detect(entry)),
            contexts,
            controls: entry.texts("supportedControl"),
            extensions: entry.texts("supportedExtension"),
            vendor: entry.text("vendorName").unwrap_or_default(),
        }
    }

    /// Is it Samba, which has tools of its own?
    pub(super) fn is_samba(&self) -> bool {
        self.vendor.to_ascii_lowercase().contains("samba")
    }

    /// Does the server know the control?
    pub(super) fn control(&self, oid: &str) -> bool {
        self.controls.iter().any(|known| known == oid)
    }

    /// Does the server know the extended operation?
    pub(super) fn extension(&self, oid: &str) -> bool {
        self.extensions.iter().any(|known| known == oid)
    }

    /// The DNS name of an Active Directory domain: `DC=lab,DC=test` is `lab.test`.
    pub(super) fn domain(&self) -> Option<String> {
        let context = self.contexts.first()?;
        let labels: Vec<_> = context
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
            .filter(|(kind, _)| kind.eq_ignore_ascii_case("dc"))
            .map(|(_, label)| label)
            .collect();
        (!labels.is_empty()).then(|| labels.join("."))
    }
}

fn detect(entry: &Entry) -> Flavour {
    let vendor = entry
        .texts("vendorName")
        .into_iter()
        .chain(entry.texts("vendorVersion"))
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_lowercase();
    if entry
        .texts("supportedCapabilities")
        .iter()
        .any(|oid| oid == ACTIVE_DIRECTORY)
    {
        Flavour::ActiveDirectory
    } else if vendor.contains("lldap") {
        Flavour::Lldap
    } else if freeipa::ROOT_ATTRIBUTES.iter().any(|name| entry.has(name)) {
        Flavour::FreeIpa
    } else if vendor.contains("389") || vendor.contains("red hat") {
        Flavour::Ds389
    } else if entry
        .texts("objectClass")
        .iter()
        .chain(&entry.texts("structuralObjectClass"))
        .any(|class| class.eq_ignore_ascii_case("OpenLDAProotDSE"))
    {
        Flavour::OpenLdap
    } else {
        Flavour::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flavour(attributes: &[(&str, &[&str])]) -> Flavour {
        detect(&Entry::for_test("", attributes))
    }

    #[test]
    fn each_server_is_known_by_what_it_says_of_itself() {
        assert_eq!(
            flavour(&[("objectClass", &["top", "OpenLDAProotDSE"])]),
            Flavour::OpenLdap
        );
        assert_eq!(
            flavour(&[("vendorVersion", &["389-Directory/2.3.1 B2023.023.0000"])]),
            Flavour::Ds389
        );
        assert_eq!(
            flavour(&[("supportedCapabilities", &[ACTIVE_DIRECTORY])]),
            Flavour::ActiveDirectory
        );
        assert_eq!(
            flavour(&[
                ("vendorVersion", &["389-Directory/2.4.5"]),
                ("ipaTopologyIsManaged", &["on"])
            ]),
            Flavour::FreeIpa
        );
        assert_eq!(flavour(&[("vendorName", &["LLDAP"])]), Flavour::Lldap);
        assert_eq!(flavour(&[("vendorName", &["Another"])]), Flavour::Other);
    }

    #[test]
    fn the_domain_is_made_of_the_dc_parts_of_the_default_context() {
        let entry = Entry::for_test("", &[("defaultNamingContext", &["DC=lab,DC=test"])]);
        let root = RootDse::new(&entry, &LdapSettings::default());
        assert_eq!(root.domain().as_deref(), Some("lab.test"));
    }
}
