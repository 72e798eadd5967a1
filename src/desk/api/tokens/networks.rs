//! Where a machine client may come from.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::source::Source;

pub(super) fn networks_text(networks: &[IpNet]) -> String {
    let texts: Vec<String> = networks.iter().map(IpNet::to_string).collect();
    texts.join(" ")
}

/// What was kept; a text that cannot be read names no network at all, which lets nobody in.
pub(super) fn networks_of(text: Option<&str>) -> Vec<IpNet> {
    text.unwrap_or_default()
        .split(' ')
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// Does a request from `source` come from one of `networks`, or may it come from anywhere?
pub(super) fn comes_from(source: &Source, networks: Option<&str>) -> bool {
    let Some(networks) = networks else {
        return true;
    };
    let address = source
        .0
        .strip_prefix("api ")
        .and_then(|text| text.parse().ok());
    let address = address.map(|address: IpAddr| address.to_canonical());
    address.is_some_and(|address| {
        networks_of(Some(networks))
            .iter()
            .any(|network| network.contains(&address))
    })
}
