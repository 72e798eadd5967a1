//! Where a roster comes from: it is read twice, first to look it over and then for its rows.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::file;

/// A hundred bytes each for five million people.
const LARGEST: u64 = 512 << 20;

/// A file, or bytes.
#[derive(Debug, Clone)]
pub(super) enum Source {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Source {
    pub(super) fn of(path: &Path) -> Self {
        Self::File(path.to_owned())
    }

    /// Everything that `reader` gives.
    pub(super) fn whole(reader: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        reader.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(Self::Bytes(bytes.into()))
    }

    /// From the beginning.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::File(path) => {
                let file: File = file::open(path, LARGEST)?;
                // What grows while it is read is bounded too.
                Box::new(BufReader::new(file.take(LARGEST)))
            }
            Self::Bytes(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}
