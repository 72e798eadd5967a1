//! Any text as `Forwarded` and `X-Forwarded-For`: nobody but a trusted proxy is believed, what is
//! believed stands in a header, and what a proxy appends decides whatever a client has written.

use std::net::IpAddr;

use halligan::source::{Network, client};
use http::{HeaderMap, HeaderValue, header::FORWARDED};

const PROXY: &str = "192.0.2.10";
const CLIENT: &str = "203.0.113.9";

pub fn run(bytes: &[u8]) {
    let half = bytes.iter().position(|byte| *byte == b'\n');
    let (first, rest) = bytes.split_at(half.unwrap_or(bytes.len()));
    let second = rest.get(1..).unwrap_or_default();
    let trusted: Vec<Network> = vec!["192.0.2.0/24".parse().expect("a network")];
    let (proxy, real): (IpAddr, IpAddr) = (
        PROXY.parse().expect("an address"),
        CLIENT.parse().expect("an address"),
    );
    let mut written = HeaderMap::new();
    for (name, value) in [("forwarded", first), ("x-forwarded-for", second)] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            written.append(name, value);
        }
    }
    assert_eq!(
        client(real, &trusted, &written),
        real,
        "a client was believed"
    );
    let told = client(proxy, &trusted, &written);
    assert_eq!(told, told.to_canonical());
    // The proxy appends a line of its own to both, as RFC 7239 section 4 wants.
    let mut appended = written.clone();
    appended.append(FORWARDED, HeaderValue::from_static("for=203.0.113.9"));
    appended.append("x-forwarded-for", HeaderValue::from_static(CLIENT));
    assert_eq!(
        client(proxy, &trusted, &appended),
        real,
        "a client's own line decided"
    );
}
