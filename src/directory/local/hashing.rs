//! Hashing and verifying off the async threads, and as many hashes at once as there are cores: more
//! would take no less time, and each takes 19 MiB, so that whoever floods the server with sign-ins
//! would take all of its memory.

use std::{
    num::NonZero,
    sync::{Arc, LazyLock},
    thread,
};

use tokio::{
    sync::Semaphore,
    task::{JoinError, spawn_blocking},
};

use crate::{
    directory::DirectoryError,
    password::{
        Secret,
        hash::{self, Cost, HashError, PasswordHash},
        policy::Refusal,
        profile::Kdf,
    },
};

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    Arc::new(Semaphore::new(cores))
});

pub(super) async fn hash(kdf: Kdf, password: &Secret) -> Result<PasswordHash, DirectoryError> {
    #[cfg(test)]
    tests::HASHED.set(tests::HASHED.get() + 1);
    let password = password.duplicate();
    run(move || hash::hash(kdf, &password))
        .await?
        .map_err(unavailable)
}

pub(super) async fn verify(hash: PasswordHash, password: &Secret) -> Result<bool, DirectoryError> {
    let password = password.duplicate();
    run(move || hash::verify(&hash, &password))
        .await?
        .map_err(|error| not_known(&error))
}

/// Does the work of [`verify`] for a user who is unknown or has no password.
pub(super) async fn verify_nobody(cost: Cost, password: &Secret) -> Result<bool, DirectoryError> {
    #[cfg(test)]
    tests::SPENT_ON_NOBODY.set(Some(cost));
    let password = password.duplicate();
    run(move || hash::verify_nobody(cost, &password))
        .await?
        .map_err(|error| not_known(&error))?;
    Ok(false)
}

/// Refuses a password that was in use before; tells with how many it could not be compared, since
/// their stored hashes are damaged.
///
/// # Errors
/// [`DirectoryError::PasswordRefused`].
pub(super) async fn refuse_former(
    former: Vec<PasswordHash>,
    password: &Secret,
) -> Result<usize, DirectoryError> {
    if former.is_empty() {
        return Ok(0);
    }
    let count = former.len();
    let password = password.duplicate();
    let known = run(move || compared(&former, &password))
        .await?
        .map_err(|error| not_known(&error))?;
    let Compared::Differs { damaged } = known else {
        return Err(used_before(count));
    };
    Ok(damaged)
}

fn used_before(count: usize) -> DirectoryError {
    let message = if count == 1 {
        "this is the password that the user has now".into()
    } else {
        format!("this is one of the last {count} passwords of the user")
    };
    DirectoryError::PasswordRefused {
        refusal: Refusal {
            rule: "history".into(),
            message,
            cure: "Choose another, or generate one.".into(),
        },
        raw: None,
    }
}

/// What came of comparing a password with those before it.
#[derive(Debug, PartialEq, Eq)]
enum Compared {
    /// It is one of them.
    Same,
    /// It is none of those that it could be compared with.
    Differs {
        /// So many could not be compared.
        damaged: usize,
    },
}

/// A damaged hash is passed over: a new password is the only cure of it, and no password can be
/// compared with it any more.
fn compared(former: &[PasswordHash], password: &Secret) -> Result<Compared, HashError> {
    let mut damaged = 0;
    for hash in former {
        match hash::verify(hash, password) {
            Ok(false) => {}
            Ok(true) => return Ok(Compared::Same),
            Err(HashError::Damaged) => damaged += 1,
            Err(error @ HashError::NotComputed(_)) => return Err(error),
        }
    }
    Ok(Compared::Differs { damaged })
}

async fn run<T, F>(work: F) -> Result<T, DirectoryError>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    in_turn(&TURNS, work)
        .await
        .map_err(|_| unavailable("hashing was interrupted".into()))
}

/// Waits for a turn without a thread, then works on one. The turn is given back when the work has
/// ended, also when nobody waits for it any more.
async fn in_turn<T, F>(turns: &Arc<Semaphore>, work: F) -> Result<T, JoinError>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    // Only a closed semaphore gives none, and nobody closes it.
    let turn = Arc::clone(turns).acquire_owned().await;
    spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
}

fn not_known(error: &HashError) -> DirectoryError {
    let cure = match error {
        HashError::Damaged => {
            "Trying again does not help: an administrator sets a new password. The audit names the \
             account."
        }
        HashError::NotComputed(_) => {
            "Try again; if it stays, look whether the machine has memory left."
        }
    };
    DirectoryError::PasswordNotChecked {
        why: error.to_string(),
        cure: cure.into(),
        user: None,
    }
}

fn unavailable(message: String) -> DirectoryError {
    DirectoryError::Unavailable {
        message,
        cure: "Try again; if it stays, look whether the machine has memory left.".into(),
        raw: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        cell::Cell,
        sync::{
            atomic::{AtomicUsize, Ordering},
            mpsc,
        },
        time::Duration,
    };

    use tokio::{runtime::Builder, task::JoinSet, time::timeout};

    use super::*;

    thread_local! {
        /// What the last sign-in of somebody unknown cost, for tests that must not measure time.
        pub(in super::super) static SPENT_ON_NOBODY: Cell<Option<Cost>> = const { Cell::new(None) };
        /// So many hashes were made for this test.
        pub(in super::super) static HASHED: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn a_damaged_former_hash_hides_no_other() {
        let used = Secret::from_typed("used before").unwrap();
        let good = hash::hash(Kdf::Argon2id, &used).unwrap();
        let damaged = PasswordHash::from_stored("junk".into());
        let fresh = Secret::from_typed("never used").unwrap();
        let former = [damaged, good];
        assert_eq!(compared(&former, &used), Ok(Compared::Same));
        assert_eq!(
            compared(&former, &fresh),
            Ok(Compared::Differs { damaged: 1 })
        );
    }

    #[tokio::test]
    async fn everybody_gets_a_turn_and_never_more_than_two_at_once() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let turns = Arc::new(Semaphore::new(2));
        let mut all = JoinSet::new();
        for _ in 0..16 {
            let turns = Arc::clone(&turns);
            all.spawn(async move {
                in_turn(&turns, || {
                    MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    NOW.fetch_sub(1, Ordering::SeqCst);
                })
                .await
            });
        }
        let done = all.join_all().await;
        assert_eq!(done.iter().filter(|work| work.is_ok()).count(), 16);
        assert!(MOST.load(Ordering::SeqCst) <= 2);
    }

    #[test]
    fn whoever_waits_for_a_turn_holds_no_thread_and_whoever_gave_up_waiting_gives_none_back_early()
    {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(2)
            .build()
            .unwrap();
        runtime.block_on(async {
            let turns = Arc::new(Semaphore::new(1));
            let (end, ended) = mpsc::channel::<()>();
            let first = in_turn(&turns, move || ended.recv().is_ok());
            // Gives up after the work has begun: the work goes on, and keeps its turn.
            assert!(timeout(Duration::ZERO, first).await.is_err());
            assert_eq!(turns.available_permits(), 0);
            let mut waiting = JoinSet::new();
            for _ in 0..8 {
                let turns = Arc::clone(&turns);
                waiting.spawn(async move { in_turn(&turns, || ()).await });
            }
            let other = timeout(Duration::from_mins(1), spawn_blocking(|| ())).await;
            assert!(
                other.is_ok(),
                "the pool's threads are held by those who wait"
            );
            end.send(()).unwrap();
            waiting.join_all().await;
        });
    }
}
