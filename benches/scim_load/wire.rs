//! HTTP/1.1 by hand, so that the client takes as little of the machine as it can.

use std::{fmt::Write, fs};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Outcome;

/// One connection to one SCIM server.
pub struct Wire {
    host: String,
    base: String,
    token: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// The head of an answer.
struct Head {
    status: u16,
    length: Option<usize>,
    chunked: bool,
    close: bool,
    size: usize,
}

impl Wire {
    pub fn new(url: &str, token_file: &str) -> Outcome<Self> {
        let rest = url.strip_prefix("http://").ok_or("plain HTTP only")?;
        let (host, base) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self {
            host: host.into(),
            base: format!("/{}", base.trim_end_matches('/')),
            token: fs::read_to_string(token_file)?.trim().into(),
            stream: None,
            buffer: Vec::new(),
        })
    }

    /// Status and body of an answer; a connection that the server has closed is opened again.
    pub async fn ask(&mut self, verb: &str, path: &str, body: &str) -> Outcome<(u16, Vec<u8>)> {
        let kept = self.stream.is_some();
        match self.once(verb, path, body).await {
            Err(_) if kept => {
                self.stream = None;
                self.once(verb, path, body).await
            }
            answer => answer,
        }
    }

    /// The JSON of an answer that must be a good one.
    pub async fn json(&mut self, verb: &str, path: &str, body: &str) -> Outcome<Value> {
        let (status, body) = self.ask(verb, path, body).await?;
        if status >= 300 {
            let said = String::from_utf8_lossy(&body).into_owned();
            return Err(format!("{verb} {path}: {status} {said}").into());
        }
        Ok(serde_json::from_slice(&body)?)
    }

    async fn once(&mut self, verb: &str, path: &str, body: &str) -> Outcome<(u16, Vec<u8>)> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.host).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let mut request = format!(
            "{verb} {}{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Accept: application/scim+json\r\n",
            self.base, self.host, self.token
        );
        if !body.is_empty() {
            write!(
                request,
                "Content-Type: application/scim+json\r\nContent-Length: {}\r\n",
                body.len()
            )?;
        }
        request.push_str("\r\n");
        request.push_str(body);
        let stream = self.stream.as_mut().ok_or("no connection")?;
        stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(head) = Head::read(&self.buffer)? {
                break head;
            }
            if stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("closed before an answer".into());
            }
        };
        let mut body = Vec::new();
        if head.chunked {
            let mut at = head.size;
            loop {
                let end = loop {
                    if let Some(end) = find(&self.buffer[at..], b"\r\n") {
                        break at + end;
                    }
                    more(stream, &mut self.buffer).await?;
                };
                let size = std::str::from_utf8(&self.buffer[at..end])?;
                let size = usize::from_str_radix(size.split(';').next().unwrap_or("").trim(), 16)?;
                while self.buffer.len() < end + 2 + size + 2 {
                    more(stream, &mut self.buffer).await?;
                }
                body.extend_from_slice(&self.buffer[end + 2..end + 2 + size]);
                at = end + 2 + size + 2;
                if size == 0 {
                    break;
                }
            }
        } else if let Some(length) = head.length {
            while self.buffer.len() < head.size + length {
                more(stream, &mut self.buffer).await?;
            }
            body.extend_from_slice(&self.buffer[head.size..head.size + length]);
        } else if head.status != 204 {
            while stream.read_buf(&mut self.buffer).await? > 0 {}
            body.extend_from_slice(&self.buffer[head.size..]);
        }
        if head.close {
            self.stream = None;
        }
        Ok((head.status, body))
    }
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome<()> {
    if stream.read_buf(buffer).await? == 0 {
        return Err("the answer broke off".into());
    }
    Ok(())
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

impl Head {
    /// `None` while it is not there as a whole.
    fn read(buffer: &[u8]) -> Outcome<Option<Self>> {
        let Some(end) = find(buffer, b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&buffer[..end])?.to_ascii_lowercase();
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap_or_default();
        let status = first.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut head = Self {
            status,
            length: None,
            chunked: false,
            close: first.starts_with("http/1.0"),
            size: end + 4,
        };
        for line in lines {
            match line.split_once(':') {
                Some(("content-length", value)) => head.length = Some(value.trim().parse()?),
                Some(("transfer-encoding", value)) => head.chunked = value.contains("chunked"),
                Some(("connection", value)) => head.close |= value.contains("close"),
                _ => {}
            }
        }
        Ok(Some(head))
    }
}
