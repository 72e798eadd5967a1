//! The socket beneath a connection.

use std::{io, net::TcpStream as Plain};

use ldap3::StdStream;
use tokio::net::TcpStream;

use super::server::{Safety, Server};

/// Connects, and turns off the waiting for more to send (`TCP_NODELAY`): a request is one small
/// segment, and the next one would wait for the answer of a server that delays its acknowledgement.
/// `None` for a socket of this machine, which the library opens itself.
pub(super) async fn dial(server: &Server) -> io::Result<Option<StdStream>> {
    let Some(place) = place(server) else {
        return Ok(None);
    };
    tcp(&place).await.map(|stream| Some(StdStream::Tcp(stream)))
}

async fn tcp(place: &str) -> io::Result<Plain> {
    let stream = TcpStream::connect(place).await?;
    stream.set_nodelay(true)?;
    stream.into_std()
}

/// `host:port`.
fn place(server: &Server) -> Option<String> {
    let port = match server.safety {
        Safety::Tls => 636,
        Safety::StartTls | Safety::Plain => 389,
        Safety::Local => return None,
    };
    let (_, place) = server.url.split_once("://")?;
    Some(if place.contains(':') {
        place.to_owned()
    } else {
        format!("{place}:{port}")
    })
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    fn at(url: &str, safety: Safety) -> Option<String> {
        place(&Server {
            url: url.into(),
            safety,
        })
    }

    #[test]
    fn a_url_without_a_port_means_the_one_of_its_scheme() {
        let at = |url, safety| at(url, safety).unwrap_or_default();
        assert_eq!(at("ldaps://dc1", Safety::Tls), "dc1:636");
        assert_eq!(at("ldap://dc1", Safety::StartTls), "dc1:389");
        assert_eq!(at("ldaps://dc1:3269", Safety::Tls), "dc1:3269");
        assert_eq!(at("ldapi://%2Frun%2Fldapi", Safety::Local), "");
    }

    #[tokio::test]
    async fn a_small_request_is_sent_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let place = listener.local_addr().unwrap().to_string();
        assert!(tcp(&place).await.unwrap().nodelay().unwrap());
    }
}
