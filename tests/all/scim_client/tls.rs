//! Certificates that are not what they should be.

use std::sync::Arc;

use halligan::{
    directory::{Directory, DirectoryError, scim::ScimSettings},
    user::{User, UserId},
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::support::fake_scim::{ADMIN, ADMIN_PASSWORD, Home, secret};

/// An authority.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

struct Paper {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

fn paper(issuer: &CertifiedIssuer<'_, KeyPair>, name: &str, over: bool) -> Paper {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if over {
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    Paper { certificate, key }
}

/// A server that answers every request with user u-1; with `clients` it wants a certificate of
/// that authority.
async fn serve(paper: &Paper, clients: Option<&CertifiedIssuer<'_, KeyPair>>) -> String {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        Some(issuer) => {
            let mut roots = RootCertStore::empty();
            roots.add(issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::from_pem_slice(paper.key.serialize_pem().as_bytes()).unwrap();
    let config = builder
        .with_single_cert(vec![paper.certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut buffer = [0; 4096];
                stream
                    .read(&mut buffer)
                    .await
                    .ok()
                    .filter(|read| *read > 0)?;
                let body = r#"{"id":"u-1","userName":"E1042","active":true}"#;
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.ok()?;
                stream.shutdown().await.ok()
            });
        }
    });
    format!("https://localhost:{port}/scim/v2")
}

async fn open(
    home: &Home,
    url: &str,
    ca: &CertifiedIssuer<'_, KeyPair>,
    client: Option<&Paper>,
) -> Result<User, DirectoryError> {
    let mut settings = ScimSettings {
        ca_file: Some(home.private_file("ca.pem", &ca.pem())),
        ..home.settings(url)
    };
    if let Some(client) = client {
        settings.client_certificate = Some(home.private_file("c.pem", &client.certificate.pem()));
        settings.client_key = Some(home.private_file("k.pem", &client.key.serialize_pem()));
    }
    let directory = home.open(&settings);
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    directory.user(&operator, &UserId("u-1".into())).await
}

#[tokio::test]
async fn a_certificate_is_accepted_only_from_the_right_authority_for_the_right_name_in_its_time() {
    let home = Home::new().await;
    let ours = authority("Ours");
    let theirs = authority("Theirs");
    let impostor = authority("Ours");
    let good = serve(&paper(&ours, "localhost", false), None).await;
    assert_eq!(
        open(&home, &good, &ours, None).await.unwrap().login,
        "E1042"
    );
    for (url, words) in [
        (
            serve(&paper(&theirs, "localhost", false), None).await,
            "authority that is not trusted",
        ),
        (
            serve(&paper(&impostor, "localhost", false), None).await,
            "authority that is not trusted",
        ),
        (
            serve(&paper(&ours, "elsewhere.example", false), None).await,
            "made out to another name",
        ),
        (
            serve(&paper(&ours, "localhost", true), None).await,
            "has expired",
        ),
    ] {
        let error = open(&home, &url, &ours, None).await.unwrap_err();
        assert!(error.to_string().contains(words), "{words}: {error}");
        assert!(!error.cure().is_empty());
    }
    // Without a CA file the system's authorities count, and ours is none of them.
    let directory = home.open(&home.settings(&good));
    let operator = directory
        .sign_in(ADMIN, &secret(ADMIN_PASSWORD))
        .await
        .unwrap();
    let error = directory
        .user(&operator, &UserId("u-1".into()))
        .await
        .unwrap_err();
    assert!(error.cure().contains("scim.ca_file"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_gets_the_one_of_the_settings() {
    let home = Home::new().await;
    let ours = authority("Ours");
    let url = serve(&paper(&ours, "localhost", false), Some(&ours)).await;
    let error = open(&home, &url, &ours, None).await.unwrap_err();
    assert!(error.to_string().contains("client certificate"), "{error}");
    let own = paper(&ours, "halligan", false);
    assert_eq!(
        open(&home, &url, &ours, Some(&own)).await.unwrap().login,
        "E1042"
    );
    for name in ["Theirs", "Ours"] {
        let foreign = paper(&authority(name), "halligan", false);
        let error = open(&home, &url, &ours, Some(&foreign)).await.unwrap_err();
        assert!(
            error.to_string().contains("client certificate"),
            "{name}: {error}"
        );
    }
}

#[tokio::test]
async fn https_to_a_port_that_speaks_plain_http_is_told_as_such() {
    let home = Home::new().await;
    let server = wiremock::MockServer::start().await;
    let url = format!("https://localhost:{}/scim/v2", server.address().port());
    let error = open(&home, &url, &authority("Ours"), None)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
}
