//! HTTPS: certificates from files, read again, self-signed; plain HTTP on loopback only.

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt as _, path::Path};

use crate::support::api::desks;
use halligan::{
    config::open_store,
    password::profile::Profile,
    server::{
        Limits, ServeError, Settings, start,
        tls::{Certificate, Identity, TlsError},
    },
    store::Store,
};

fn settings(listen: &str, identity: Option<Identity>) -> Settings {
    Settings {
        listen: listen.parse::<SocketAddr>().unwrap(),
        identity,
        base: None,
        trusted_proxies: Vec::new(),
        metrics: None,
        limits: Limits::default(),
    }
}

fn write_pair(directory: &Path, name: &str) -> String {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = directory.join("key.pem");
    fs::write(directory.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    made.cert.pem()
}

fn files(directory: &Path) -> Identity {
    Identity::Files {
        certificate: directory.join("cert.pem"),
        key: directory.join("key.pem"),
    }
}

fn trusting(pem: &str) -> reqwest::Client {
    let authority = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
    reqwest::Client::builder()
        .tls_certs_only([authority])
        .build()
        .unwrap()
}

async fn store(directory: &Path) -> Store {
    open_store(&directory.join("store/h.db")).await.unwrap()
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_without_a_restart_and_a_bad_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let first = write_pair(directory.path(), "localhost");
    let (desk, tokens) = desks(&store(directory.path()).await, Profile::nist());
    let identity = Some(files(directory.path()));
    let running = start(settings("127.0.0.1:0", identity), desk, tokens)
        .await
        .unwrap();
    let url = format!("https://localhost:{}/healthz", running.address().port());
    let get = async |client: reqwest::Client| client.get(&url).send().await.map(|r| r.status());
    assert!(get(trusting(&first)).await.unwrap().is_success());

    let second = write_pair(directory.path(), "localhost");
    assert!(
        get(trusting(&second)).await.is_err(),
        "not before it is told to"
    );
    running.certificate().unwrap().reload().unwrap();
    assert!(get(trusting(&second)).await.unwrap().is_success());
    assert!(get(trusting(&first)).await.is_err());

    fs::write(directory.path().join("cert.pem"), "nonsense").unwrap();
    assert!(running.certificate().unwrap().reload().is_err());
    assert!(get(trusting(&second)).await.unwrap().is_success());
    running.stop().await;
}

#[tokio::test]
async fn a_self_signed_certificate_can_be_trusted_by_its_text_and_told_by_its_fingerprint() {
    let directory = tempfile::tempdir().unwrap();
    let (desk, tokens) = desks(&store(directory.path()).await, Profile::nist());
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let identity = Some(Identity::SelfSigned(names));
    let running = start(settings("127.0.0.1:0", identity), desk, tokens)
        .await
        .unwrap();
    let certificate = running.certificate().unwrap();
    assert_eq!(certificate.fingerprint().len(), 32 * 3 - 1);
    let url = format!("https://{}/healthz", running.address());
    let answer = trusting(&certificate.pem()).get(&url).send().await.unwrap();
    assert!(answer.status().is_success());
    assert!(
        reqwest::get(&url).await.is_err(),
        "nobody trusts it unasked"
    );
    running.stop().await;
}

#[tokio::test]
async fn plain_http_and_metrics_are_refused_off_loopback() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(directory.path()).await;
    let (desk, tokens) = desks(&store, Profile::nist());
    let refused = start(settings("0.0.0.0:0", None), desk.clone(), tokens.clone()).await;
    assert!(matches!(refused, Err(ServeError::PlainHttp(_))));
    let mut open = settings("127.0.0.1:0", None);
    open.metrics = Some("0.0.0.0:0".parse().unwrap());
    assert!(matches!(
        start(open, desk, tokens).await,
        Err(ServeError::Metrics(_))
    ));
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    write_pair(directory.path(), "localhost");
    let key = directory.path().join("key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Certificate::load(files(directory.path()));
    assert!(matches!(refused, Err(TlsError::Exposed { .. })));
}
