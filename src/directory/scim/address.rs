//! Addresses of the settings.

use reqwest::Url;

/// An address that passwords and tokens may be sent to: HTTPS, or HTTP on loopback.
pub(super) fn address(key: &str, text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("{key}: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "{key}: take the user name and the password out of the address; they do not belong there"
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{key}: the address cannot have a ? or # part"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(format!(
                "{key}: plain HTTP would show passwords to everybody on the way; use https:// \
                 (http:// is for this machine only)"
            ));
        }
        other => return Err(format!("{key}: {other}:// is not a web address")),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
