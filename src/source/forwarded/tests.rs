use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const PROXY: &str = "192.0.2.10";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn trusted() -> Vec<Network> {
    [PROXY, "10.0.0.0/8", "2001:db8:1::/48"]
        .map(|text| text.parse().unwrap())
        .into()
}

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    lines
        .iter()
        .map(|(name, value)| {
            let value = HeaderValue::from_str(value).unwrap();
            (HeaderName::from_static(name), value)
        })
        .collect()
}

fn seen(lines: &[(&'static str, &str)]) -> String {
    client(ip(PROXY), &trusted(), &headers(lines)).to_string()
}

#[test]
fn headers_of_anybody_but_a_trusted_proxy_are_ignored() {
    let sent = headers(&[
        ("x-forwarded-for", "203.0.113.1"),
        ("forwarded", "for=203.0.113.1"),
    ]);
    assert_eq!(
        client(ip("198.51.100.7"), &trusted(), &sent),
        ip("198.51.100.7")
    );
    assert_eq!(client(ip(PROXY), &[], &sent), ip(PROXY));
    assert_eq!(client(ip(PROXY), &trusted(), &sent), ip("203.0.113.1"));
    // The proxy's own address on a dual-stack socket.
    assert_eq!(
        client(ip("::ffff:192.0.2.10"), &trusted(), &sent),
        ip("203.0.113.1")
    );
}

#[test]
fn the_rightmost_address_that_is_no_trusted_proxy_is_the_client() {
    for (line, client) in [
        ("203.0.113.1", "203.0.113.1"),
        ("1.1.1.1, 203.0.113.1", "203.0.113.1"),
        ("1.1.1.1, 203.0.113.1, 10.1.2.3", "203.0.113.1"),
        ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("1.1.1.1, garbage", PROXY),
        ("1.1.1.1, garbage, 10.1.2.3", "10.1.2.3"),
        ("203.0.113.1:4711, [2001:db8:1::5]:80", "203.0.113.1"),
        ("2001:db8:2::1", "2001:db8:2::1"),
        ("", PROXY),
    ] {
        assert_eq!(seen(&[("x-forwarded-for", line)]), client, "{line}");
    }
    let two = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "203.0.113.1, 10.0.0.1"),
    ];
    assert_eq!(seen(&two), "203.0.113.1");
}

// RFC 7239 sections 4 and 6.
#[test]
fn forwarded_is_read_as_its_rfc_writes_it() {
    for (line, client) in [
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
        (r#"for="_gazonk""#, PROXY),
        (r#"For="[2001:db8:cafe::17]:4711""#, "2001:db8:cafe::17"),
        ("proto=http;by=203.0.113.43;for=192.0.2.60", "192.0.2.60"),
        ("for=unknown, for=10.0.0.1", "10.0.0.1"),
        (r#"for=1.1.1.1;host="a,for=2.2.2.2;x""#, "1.1.1.1"),
        (r#"for="1.1.1.1\:80";host="a\"b,for=2.2.2.2""#, "1.1.1.1"),
        ("by=203.0.113.43", PROXY),
    ] {
        assert_eq!(seen(&[("forwarded", line)]), client, "{line}");
    }
}

#[test]
fn two_headers_that_do_not_agree_are_not_believed() {
    let agree = [
        ("forwarded", "for=203.0.113.1"),
        ("x-forwarded-for", "203.0.113.1"),
    ];
    assert_eq!(seen(&agree), "203.0.113.1");
    let differ = [
        ("forwarded", "for=203.0.113.9"),
        ("x-forwarded-for", "203.0.113.1"),
    ];
    assert_eq!(seen(&differ), PROXY);
}

#[test]
fn a_network_is_an_address_or_a_prefix_and_is_written_as_it_is_read() {
    for bad in ["", "proxy.example.org", "192.0.2.0/33", "192.0.2"] {
        assert!(bad.parse::<Network>().is_err(), "{bad}");
    }
    let network: Network = "192.0.2.0/24".parse().unwrap();
    assert_eq!(String::from(network), "192.0.2.0/24");
    assert!(is_trusted(ip("192.0.2.255"), &[network]));
    assert!(!is_trusted(ip("192.0.3.0"), &[network]));
}

proptest! {
    #[test]
    fn whatever_a_client_writes_before_the_proxy_s_own_word_the_client_s_address_stays(
        forged in "[ -~]{0,60}",
        own in any::<[u8; 4]>(),
        standard in any::<bool>(),
    ) {
        let own = IpAddr::from(own);
        prop_assume!(!is_trusted(own, &trusted()));
        // The proxy adds a line of its own.
        let (name, word) = if standard {
            ("forwarded", format!("for={own}"))
        } else {
            ("x-forwarded-for", own.to_string())
        };
        let sent = headers(&[(name, &forged), (name, &word)]);
        prop_assert_eq!(client(ip(PROXY), &trusted(), &sent), own);
    }

    #[test]
    fn no_bytes_at_all_upset_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
        for name in [FORWARDED, X_FORWARDED_FOR] {
            let sent: HeaderMap = [(name, value.clone())].into_iter().collect();
            let seen = client(ip("198.51.100.7"), &trusted(), &sent);
            prop_assert_eq!(seen, ip("198.51.100.7"));
            client(ip(PROXY), &trusted(), &sent);
        }
    }
}
