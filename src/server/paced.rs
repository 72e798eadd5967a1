//! A stream whose other side has so long to read an answer. Without it a client that does not read
//! holds its connection, and the answer's memory, for ever.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// A stream with an end to what is being written. The time runs from the first byte until all is
/// handed on, not from one byte to the next: a reader of one byte a second is a slow one, too.
pub(super) struct Paced<S> {
    stream: S,
    limit: Duration,
    /// When what is being written began.
    since: Option<Instant>,
    /// Wakes the writer at the end of the time.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> Paced<S> {
    pub(super) const fn new(stream: S, limit: Duration) -> Self {
        Self {
            stream,
            limit,
            since: None,
            alarm: None,
        }
    }

    /// Passes on what the stream said, unless the time is over.
    fn in_time<T>(
        &mut self,
        said: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        let since = *self.since.get_or_insert_with(Instant::now);
        let end = since + self.limit;
        if Instant::now() >= end {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if said.is_ready() {
            return said;
        }
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(end)));
        match alarm.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => said,
        }
    }

    fn all_written(&mut self) {
        self.since = None;
        self.alarm = None;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.in_time(said, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let said = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.in_time(said, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_flush(cx);
        if said.is_ready() {
            self.all_written();
            return said;
        }
        self.in_time(said, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let said = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.in_time(said, cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    async fn refusal(stream: &mut Paced<DuplexStream>) -> io::ErrorKind {
        stream.write_all(&[0; 64]).await.unwrap_err().kind()
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up() {
        let (ours, _theirs) = duplex(8);
        let mut ours = Paced::new(ours, Duration::from_millis(1));
        assert_eq!(refusal(&mut ours).await, io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_reads_byte_by_byte_has_no_more_time_than_anybody_else() {
        let (ours, _theirs) = duplex(1024);
        let mut ours = Paced::new(ours, LONG);
        // There is room for every byte; only the whole has taken too long.
        ours.write_all(&[0; 64]).await.unwrap();
        ours.limit = Duration::ZERO;
        assert_eq!(refusal(&mut ours).await, io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn each_answer_has_the_whole_time() {
        let (ours, mut theirs) = duplex(64);
        let mut ours = Paced::new(ours, LONG);
        ours.write_all(&[0; 64]).await.unwrap();
        assert!(ours.since.is_some());
        ours.flush().await.unwrap();
        theirs.read_exact(&mut [0; 64]).await.unwrap();
        assert!(ours.since.is_none() && ours.alarm.is_none());
    }
}
