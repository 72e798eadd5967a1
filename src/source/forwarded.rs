//! The client's address behind proxies: `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! Anybody can send these headers. They are believed as far as trusted proxies have written them:
//! from the right, up to the first address that is not a trusted proxy.

use std::{net::IpAddr, str::FromStr};

use http::{HeaderMap, HeaderName, header::FORWARDED};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// An address, or a network of them: `192.0.2.10`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address = text
            .parse::<IpAddr>()
            .map(|one| IpNet::from(one.to_canonical()));
        address
            .or_else(|_| text.parse::<IpNet>())
            .map(Self)
            .map_err(|_| {
                format!("{text:?} is neither an address nor a network such as 192.0.2.0/24")
            })
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0.to_string()
    }
}

/// Is `address` one of the trusted proxies?
pub fn is_trusted(address: IpAddr, trusted: &[Network]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.0.contains(&address))
}

/// The client of a request that came from `peer`: the rightmost address that is not a trusted proxy.
///
/// Where a proxy writes one of the two headers it hands on the other as the client has sent it. So
/// when both are there and do not agree, neither is believed.
pub fn client(peer: IpAddr, trusted: &[Network], headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let rightmost = |hops: Option<Vec<Option<IpAddr>>>| {
        let mut last = peer;
        for hop in hops?.into_iter().rev() {
            // An unknown or hidden hop: whoever reported it is the last that is known.
            let Some(address) = hop else { break };
            last = address;
            if !is_trusted(address, trusted) {
                break;
            }
        }
        Some(last)
    };
    let standard = rightmost(hops(headers, &FORWARDED, forwarded));
    let customary = rightmost(hops(headers, &X_FORWARDED_FOR, forwarded_for));
    match (standard, customary) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(client), _) | (None, Some(client)) => client,
        (None, None) => peer,
    }
}

/// Every hop that the lines of a header name, in order; `None` when there is no such header.
fn hops(
    headers: &HeaderMap,
    name: &HeaderName,
    parse: fn(&str, &mut Vec<Option<IpAddr>>),
) -> Option<Vec<Option<IpAddr>>> {
    let mut found = None;
    for line in headers.get_all(name) {
        let hops = found.get_or_insert_with(Vec::new);
        match line.to_str() {
            Ok(line) => parse(line, hops),
            Err(_) => hops.push(None),
        }
    }
    found
}

/// The elements of a `Forwarded` line (RFC 7239 section 4).
fn forwarded(line: &str, hops: &mut Vec<Option<IpAddr>>) {
    for element in unquoted_parts(line, ',') {
        if element.trim().is_empty() {
            continue;
        }
        let node = unquoted_parts(element, ';').into_iter().find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("for")
                .then(|| value.trim())
        });
        hops.push(node.and_then(|node| self::node(&unquoted(node))));
    }
}

/// The elements of an `X-Forwarded-For` line.
fn forwarded_for(line: &str, hops: &mut Vec<Option<IpAddr>>) {
    let elements = line.split(',').map(str::trim);
    hops.extend(elements.filter(|element| !element.is_empty()).map(node));
}

/// The address of a node (RFC 7239 section 6), with or without a port: `192.0.2.43:47011`,
/// `[2001:db8:cafe::17]:4711`; none of `unknown` and `_hidden`.
fn node(text: &str) -> Option<IpAddr> {
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (inside, port) = rest.split_once(']')?;
            if !(port.is_empty() || port.starts_with(':')) {
                return None;
            }
            inside
        }
        // One colon is a port's; more are those of an IPv6 address without brackets.
        None if text.bytes().filter(|byte| *byte == b':').count() == 1 => {
            text.split_once(':').map_or(text, |(address, _)| address)
        }
        None => text,
    };
    address
        .parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

/// Splits at `separator` outside quoted strings.
fn unquoted_parts(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|c| {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    })
    .collect()
}

/// The content of a quoted string, or the token itself.
fn unquoted(value: &str) -> String {
    let Some(inside) = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return value.to_owned();
    };
    let mut escaped = false;
    inside
        .chars()
        .filter(|c| {
            escaped = !escaped && *c == '\\';
            !escaped
        })
        .collect()
}

#[cfg(test)]
mod tests;
