//! A small proxy that cuts a connection after so many bytes.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Notify,
    task::JoinHandle,
};

/// Never.
const NEVER: i64 = i64::MAX;

/// What happens to the bytes; shared by both directions.
#[derive(Debug)]
struct Plan {
    /// Bytes that still pass towards the server before the cut.
    up: AtomicI64,
    /// Bytes that still pass towards the client before the cut.
    down: AtomicI64,
    /// From these bytes towards the server on, no answer passes.
    needle: Mutex<Vec<u8>>,
    mute: AtomicBool,
    /// Everything that is open now is closed.
    cut: Notify,
    /// Connections so far.
    accepted: AtomicUsize,
}

/// A proxy before one server, ended when dropped.
#[derive(Debug)]
pub struct Cutter {
    pub address: String,
    plan: Arc<Plan>,
    accepting: JoinHandle<()>,
}

impl Cutter {
    /// Listens on a free port and passes everything on to `server` (`127.0.0.1:389`).
    pub async fn before(server: &str) -> Self {
        Self::at("127.0.0.1", server).await
    }

    /// The same at another address of the loopback network, for which no certificate is made out.
    pub async fn at(address: &str, server: &str) -> Self {
        let listener = TcpListener::bind((address, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let plan = Arc::new(Plan {
            up: AtomicI64::new(NEVER),
            down: AtomicI64::new(NEVER),
            needle: Mutex::default(),
            mute: AtomicBool::new(false),
            cut: Notify::new(),
            accepted: AtomicUsize::new(0),
        });
        let (server, shared) = (server.to_owned(), plan.clone());
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                shared.accepted.fetch_add(1, Ordering::SeqCst);
                let Ok(upstream) = TcpStream::connect(&server).await else {
                    continue;
                };
                tokio::spawn(pass(client, upstream, shared.clone()));
            }
        });
        Self {
            address,
            plan,
            accepting,
        }
    }

    /// From now on: cut after `bytes` towards the server.
    pub fn cut_up_after(&self, bytes: i64) {
        self.plan.up.store(bytes, Ordering::SeqCst);
    }

    /// From now on: cut after `bytes` towards the client.
    pub fn cut_down_after(&self, bytes: i64) {
        self.plan.down.store(bytes, Ordering::SeqCst);
    }

    /// From now on: once these bytes have passed towards the server, nothing comes back any more.
    pub fn keep_answers_to(&self, bytes: &[u8]) {
        *self.plan.needle.lock().expect("unpoisoned") = bytes.to_vec();
    }

    /// How often somebody has connected.
    pub fn connections(&self) -> usize {
        self.plan.accepted.load(Ordering::SeqCst)
    }

    /// Did a cut happen since the last one was ordered?
    pub fn has_cut(&self) -> bool {
        let whole = |count: &AtomicI64| count.load(Ordering::SeqCst) == NEVER;
        whole(&self.plan.up) && whole(&self.plan.down)
    }

    /// Takes orders back that were not carried out.
    pub fn leave_alone(&self) {
        self.plan.up.store(NEVER, Ordering::SeqCst);
        self.plan.down.store(NEVER, Ordering::SeqCst);
        self.plan.needle.lock().expect("unpoisoned").clear();
        self.plan.mute.store(false, Ordering::SeqCst);
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.accepting.abort();
        self.plan.cut.notify_waiters();
    }
}

async fn pass(client: TcpStream, server: TcpStream, plan: Arc<Plan>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = half(from_client, to_server, plan.clone(), true);
    let down = half(from_server, to_client, plan.clone(), false);
    // Whichever ends first takes the other with it: that is the cut.
    tokio::select! {
        () = up => {}
        () = down => {}
        () = plan.cut.notified() => {}
    }
}

async fn half(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, plan: Arc<Plan>, up: bool) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let left = if up { &plan.up } else { &plan.down };
        let allowed = left.load(Ordering::SeqCst);
        let size = i64::try_from(read).expect("small");
        if allowed < size {
            let allowed = usize::try_from(allowed).expect("not negative");
            let _ = to.write_all(&buffer[..allowed]).await;
            let _ = to.flush().await;
            left.store(NEVER, Ordering::SeqCst);
            return;
        }
        if allowed != NEVER {
            left.fetch_sub(size, Ordering::SeqCst);
        }
        let needle = plan.needle.lock().expect("unpoisoned").clone();
        let found = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        if up && !needle.is_empty() && found(&buffer[..read]) {
            plan.mute.store(true, Ordering::SeqCst);
        }
        if !up && plan.mute.load(Ordering::SeqCst) {
            continue;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
