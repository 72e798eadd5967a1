//! Who holds a connection. Whoever has proved who they are keeps it; of the others the oldest of
//! the address that holds the most goes when somebody new comes, so that nobody is shut out.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use tokio::sync::Notify;

use super::state::SharedState;

/// Every open connection of a listener.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// The oldest first.
    by_number: BTreeMap<u64, Connection>,
}

#[derive(Debug)]
struct Connection {
    address: IpAddr,
    /// A proxy that is trusted carries the requests of many.
    is_proxy: bool,
    /// Who has proved to be at its other end.
    caller: Option<String>,
    end: Arc<Notify>,
}

/// A connection's place; given back when the last of its clones is dropped.
#[derive(Debug, Clone)]
pub(super) struct ConnectionPlace(Arc<Place>);

#[derive(Debug)]
struct Place {
    connections: Arc<Connections>,
    number: u64,
    end: Arc<Notify>,
    state: SharedState,
}

impl Connections {
    /// A place for a connection from `address`; none when those who have proved themselves hold all.
    pub(super) fn enter(
        self: &Arc<Self>,
        address: IpAddr,
        is_proxy: bool,
        state: &SharedState,
    ) -> Option<ConnectionPlace> {
        let limits = &state.limits;
        let mut open = self.lock();
        let of_address = |connection: &&Connection| connection.address == address;
        let own = open.by_number.values().filter(of_address).count();
        let own_unproved = open
            .unproved()
            .filter(|(_, one)| one.address == address)
            .count();
        let unproved = open.unproved().count();
        let refused = &state.metrics.connections_refused;
        let victim = if is_proxy {
            None
        } else if own_unproved >= limits.unproved_per_address
            || (own >= limits.connections_per_address && own_unproved > 0)
        {
            open.oldest_unproved(address)
        } else if own >= limits.connections_per_address {
            refused.fetch_add(1, Ordering::Relaxed);
            return None;
        } else if unproved >= limits.unproved {
            open.oldest_of_the_greediest()
        } else {
            None
        };
        let victim = match victim {
            None if open.by_number.len() >= limits.connections => {
                let victim = open.oldest_of_the_greediest();
                if victim.is_none() {
                    refused.fetch_add(1, Ordering::Relaxed);
                    return None;
                }
                victim
            }
            victim => victim,
        };
        if let Some(victim) = victim {
            refused.fetch_add(1, Ordering::Relaxed);
            open.end(victim);
        }
        let number = open.next;
        open.next += 1;
        let end = Arc::new(Notify::new());
        open.by_number.insert(
            number,
            Connection {
                address,
                is_proxy,
                caller: None,
                end: Arc::clone(&end),
            },
        );
        state.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Some(ConnectionPlace(Arc::new(Place {
            connections: Arc::clone(self),
            number,
            end,
            state: Arc::clone(state),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn unproved(&self) -> impl Iterator<Item = (&u64, &Connection)> {
        let is_unproved = |one: &Connection| one.caller.is_none() && !one.is_proxy;
        self.by_number
            .iter()
            .filter(move |(_, one)| is_unproved(one))
    }

    fn oldest_unproved(&self, address: IpAddr) -> Option<u64> {
        let mut own = self.unproved().filter(|(_, one)| one.address == address);
        own.next().map(|(number, _)| *number)
    }

    fn oldest_of_the_greediest(&self) -> Option<u64> {
        let mut held: HashMap<IpAddr, usize> = HashMap::new();
        for (_, one) in self.unproved() {
            *held.entry(one.address).or_default() += 1;
        }
        let (greediest, _) = held.into_iter().max_by_key(|(_, count)| *count)?;
        self.oldest_unproved(greediest)
    }

    fn end(&mut self, number: u64) {
        if let Some(connection) = self.by_number.remove(&number) {
            connection.end.notify_one();
        }
    }
}

impl ConnectionPlace {
    /// `caller` has proved to be at the other end: the connection stays. Of too many of one caller
    /// the oldest goes.
    pub(super) fn proved(&self, caller: &str) {
        let place = &self.0;
        let mut open = place.connections.lock();
        let Some(connection) = open.by_number.get_mut(&place.number) else {
            return;
        };
        if connection.is_proxy || connection.caller.as_deref() == Some(caller) {
            return;
        }
        connection.caller = Some(caller.to_owned());
        let own: Vec<u64> = open
            .by_number
            .iter()
            .filter(|(_, one)| one.caller.as_deref() == Some(caller))
            .map(|(number, _)| *number)
            .collect();
        if own.len() > place.state.limits.connections_per_caller {
            open.end(own[0]);
        }
    }

    /// Waits until the connection has to make room.
    pub(super) async fn has_to_go(&self) {
        self.0.end.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let connections = &self.state.metrics.connections;
        connections.fetch_sub(1, Ordering::Relaxed);
        self.connections.lock().by_number.remove(&self.number);
    }
}
