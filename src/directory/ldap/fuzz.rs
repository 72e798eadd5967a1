//! The way in for `fuzz/targets/ldap_answers.rs`: everything here that reads what a server sent.

use std::collections::HashMap;

use jiff::Timestamp;
use ldap3::{LdapResult, SearchEntry};

use super::{
    attributes::Attributes,
    clock, control,
    entry::Entry,
    flavour::Flavour,
    policy::{self, Rules},
    readable::{Readable, container},
    refusal,
    root_dse::RootDse,
    settings::LdapSettings,
    state::Reading,
    version::Mark,
};
use crate::permission::Permissions;

const FLAVOURS: [Flavour; 6] = [
    Flavour::OpenLdap,
    Flavour::Ds389,
    Flavour::FreeIpa,
    Flavour::ActiveDirectory,
    Flavour::Lldap,
    Flavour::Other,
];

/// Reads `bytes` as the value of every control, as the text of a refusal, and as an entry with an
/// attribute on each line, `name: value`.
pub fn read(bytes: &[u8]) {
    let controls = control::all_with(bytes);
    let usability = control::usability(&controls);
    let _ = control::must_change(&controls);
    let text = String::from_utf8_lossy(bytes);
    let _ = (clock::generalized(&text), container(&text));
    for rc in [0, 19, 49, 53] {
        let _ = refusal::sign_in(&LdapResult {
            rc,
            matched: String::new(),
            text: text.clone().into_owned(),
            refs: Vec::new(),
            ctrls: controls.clone(),
        });
    }
    let entry = entry(bytes);
    let settings = LdapSettings::default();
    let _ = RootDse::new(&entry, &settings);
    for flavour in FLAVOURS {
        let rules = policy::translate(flavour, &entry)
            .map_or(Rules::None, |policy| Rules::Known(policy.into()));
        for usability in [None, usability] {
            let reading = Reading {
                entry: &entry,
                flavour,
                has_policy: true,
                has_password: None,
                readable: Readable::ALL,
                rules: &rules,
                usability,
                now: Timestamp::UNIX_EPOCH,
            };
            let attributes = Attributes::new(flavour, &settings);
            let user = reading.user(&attributes, Permissions::default());
            let mark = Mark::of(&entry, &attributes, flavour);
            assert_eq!(mark.version(), user.version);
        }
    }
}

fn entry(bytes: &[u8]) -> Entry {
    let mut values: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let name = String::from_utf8_lossy(&line[..colon]).into_owned();
        let value = line[colon + 1..].trim_ascii_start().to_vec();
        values.entry(name).or_default().push(value);
    }
    Entry::new(SearchEntry {
        dn: "uid=a,ou=people,dc=example,dc=org".into(),
        attrs: HashMap::new(),
        bin_attrs: values,
    })
}
