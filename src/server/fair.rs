//! No caller may take all of the server: each has a few requests under way, a few more wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places for one caller.
#[derive(Debug)]
struct Places {
    running: Arc<Semaphore>,
    /// Running and waiting together.
    present: usize,
}

/// Places for every caller.
#[derive(Debug)]
pub(super) struct Fair {
    at_once: usize,
    waiting: usize,
    callers: Mutex<HashMap<String, Places>>,
}

/// A request's place; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    fair: Arc<Fair>,
    caller: String,
    permit: Option<OwnedSemaphorePermit>,
}

impl Fair {
    pub(super) fn new(at_once: usize, waiting: usize) -> Arc<Self> {
        Arc::new(Self {
            at_once,
            waiting,
            callers: Mutex::new(HashMap::new()),
        })
    }

    /// Waits for a place of `caller`; `None` when too many of its requests wait already.
    pub(super) async fn enter(self: &Arc<Self>, caller: &str) -> Option<Place> {
        let running = {
            let mut callers = self.lock();
            let places = callers.entry(caller.to_owned()).or_insert_with(|| Places {
                running: Arc::new(Semaphore::new(self.at_once)),
                present: 0,
            });
            if places.present >= self.at_once + self.waiting {
                return None;
            }
            places.present += 1;
            Arc::clone(&places.running)
        };
        // Counted from here on: a dropped future gives the place back too.
        let mut place = Place {
            fair: Arc::clone(self),
            caller: caller.to_owned(),
            permit: None,
        };
        place.permit = running.acquire_owned().await.ok();
        Some(place)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Places>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut callers = self.fair.lock();
        if let Some(places) = callers.get_mut(&self.caller) {
            places.present -= 1;
            if places.present == 0 {
                callers.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_caller_waits_for_its_own_places_and_nobody_else_s() {
        let fair = Fair::new(1, 1);
        let first = fair.enter("a").await.unwrap();
        let waiting = tokio::spawn({
            let fair = Arc::clone(&fair);
            async move { fair.enter("a").await.is_some() }
        });
        while fair
            .lock()
            .get("a")
            .is_some_and(|places| places.present < 2)
        {
            tokio::task::yield_now().await;
        }
        assert!(fair.enter("a").await.is_none());
        assert!(fair.enter("b").await.is_some());
        drop(first);
        assert!(waiting.await.unwrap());
        assert!(fair.lock().is_empty());
    }
}
