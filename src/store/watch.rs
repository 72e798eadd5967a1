//! Waiting until somebody has written to the store, without asking again and again.
//!
//! The kernel tells of it (inotify): a program that waits uses no time, where a look at SQLite's
//! `data_version` every second would. Another program's commit is a write to the log beside the
//! file, on this machine always, since a write-ahead log cannot be shared with another.

use std::{io, mem::MaybeUninit, os::fd::OwnedFd, path::Path};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use tokio::io::unix::AsyncFd;

use super::Store;

/// Enough for a few events with the longest of names.
const BUFFER: usize = 4096;

/// Waits for writes to the store's file or its log, this program's own among them.
#[derive(Debug)]
pub struct Watch {
    kernel: AsyncFd<OwnedFd>,
    /// What the names of the file and of what lies beside it begin with.
    name: Vec<u8>,
}

impl Store {
    /// A watch that has seen whatever was written until now.
    ///
    /// # Errors
    /// The kernel's, which has a limit of watches for each user.
    pub fn watch(&self) -> io::Result<Watch> {
        Watch::of(self.path())
    }
}

impl Watch {
    fn of(file: &Path) -> io::Result<Self> {
        let (Some(directory), Some(name)) = (file.parent(), file.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let kernel = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        // The directory, because a log may be made anew.
        inotify::add_watch(&kernel, directory, WatchFlags::MODIFY)?;
        #[expect(
            deprecated,
            reason = "what follows it is unsafe for types that may close their descriptor; this one keeps it"
        )]
        let kernel = AsyncFd::new(kernel)?;
        Ok(Self {
            kernel,
            name: name.as_encoded_bytes().to_vec(),
        })
    }

    /// Returns when something has been written since the last call. Dropping the future loses
    /// nothing.
    ///
    /// # Errors
    /// The kernel's.
    pub async fn written(&mut self) -> io::Result<()> {
        loop {
            let mut ready = self.kernel.readable().await?;
            if any(ready.get_inner(), &self.name)? {
                return Ok(());
            }
            ready.clear_ready();
        }
    }
}

/// Takes all events that are there: is one of them about a file that `name` begins?
fn any(kernel: &OwnedFd, name: &[u8]) -> io::Result<bool> {
    let mut buffer = [MaybeUninit::uninit(); BUFFER];
    let mut events = inotify::Reader::new(kernel, &mut buffer);
    let mut found = false;
    loop {
        match events.next() {
            // An event without a name says that the kernel has lost some.
            Ok(event) => {
                let of_ours = |file: &std::ffi::CStr| file.to_bytes().starts_with(name);
                found |= event.file_name().is_none_or(of_ours);
            }
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(found),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Schema, StoreError};

    const TABLE: Schema = Schema(&[&[crate::store::Migration::Sql("CREATE TABLE t (n INTEGER)")]]);

    #[tokio::test]
    async fn a_write_of_another_program_is_told_and_one_of_another_file_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store/halligan.db");
        let here = Store::open(&path, &TABLE).await.unwrap();
        let elsewhere = Store::open(&path, &TABLE).await.unwrap();
        let mut watch = here.watch().unwrap();
        std::fs::write(path.with_file_name("log"), "not the store").unwrap();
        assert!(!any(watch.kernel.get_ref(), &watch.name).unwrap());
        let insert = |transaction: &rusqlite::Transaction<'_>| {
            transaction.execute("INSERT INTO t VALUES (7)", [])?;
            Ok::<_, StoreError>(())
        };
        elsewhere.write(insert).await.unwrap();
        watch.written().await.unwrap();
        assert!(!any(watch.kernel.get_ref(), &watch.name).unwrap());
        elsewhere.write(insert).await.unwrap();
        watch.written().await.unwrap();
    }
}
