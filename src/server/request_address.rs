//! Where a request comes from.

use std::net::IpAddr;

/// The client's address, put into each request by the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientAddress(pub(super) IpAddr);

impl ClientAddress {
    /// The address with IPv4 written as IPv4, also on a dual-stack socket.
    pub(super) const fn of(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}
