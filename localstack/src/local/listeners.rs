//! The sockets that the edge listens on.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

/// How often another free port is tried when it is free over one protocol only. Ports are rarely
/// taken over one only, so a second attempt is rare and a tenth is a broken machine.
const ATTEMPTS: u32 = 10;

/// Why the edge cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error(
        "port {0} is taken by another program (--port N chooses another, --port 0 any free one)"
    )]
    Taken(u16),
    #[error("cannot listen on {address}")]
    Refused { address: SocketAddr, source: io::Error },
}

/// Listening sockets that share a port.
#[derive(Debug)]
pub struct Listeners {
    /// Where programs on this machine reach the edge.
    pub address: SocketAddr,
    /// One for each address, at least one.
    pub sockets: Vec<TcpListener>,
}

impl Listeners {
    /// Host and port as people write them.
    pub fn name(&self) -> String {
        match self.address {
            loopback if loopback.ip().is_loopback() => format!("localhost:{}", loopback.port()),
            other => other.to_string(),
        }
    }

    /// Listens on this address, or on both loopback addresses: some clients take `localhost` for
    /// `::1`, others for `127.0.0.1`.
    pub async fn bind(host: Option<IpAddr>, port: u16) -> Result<Self, ListenError> {
        if let Some(host) = host {
            let (socket, address) = listen(host, port).await?;
            return Ok(Self { address, sockets: vec![socket] });
        }
        for _ in 1..ATTEMPTS {
            match both_loopbacks(port).await {
                Err(ListenError::Taken(_)) if port == 0 => {}
                result => return result,
            }
        }
        both_loopbacks(port).await
    }
}

async fn both_loopbacks(port: u16) -> Result<Listeners, ListenError> {
    let (first, address) = listen(Ipv4Addr::LOCALHOST.into(), port).await?;
    let mut sockets = vec![first];
    match listen(Ipv6Addr::LOCALHOST.into(), address.port()).await {
        Ok((second, _)) => sockets.push(second),
        Err(taken @ ListenError::Taken(_)) => return Err(taken),
        // A machine without IPv6 has no ::1 that `localhost` could mean.
        Err(ListenError::Refused { .. }) => {}
    }
    Ok(Listeners { address, sockets })
}

async fn listen(host: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), ListenError> {
    let address = SocketAddr::new(host, port);
    let bound = TcpListener::bind(address).await.and_then(|socket| {
        let bound = socket.local_addr()?;
        Ok((socket, reachable(bound)))
    });
    bound.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken(port),
        _ => ListenError::Refused { address, source },
    })
}

/// Nobody can connect to `0.0.0.0`, the address of every interface.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(loopback);
    }
    address
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpStream;

    use super::*;

    #[tokio::test]
    async fn any_free_port_is_the_same_on_both_loopbacks() {
        let listeners = Listeners::bind(None, 0).await.unwrap();
        for host in ["127.0.0.1", "::1"] {
            TcpStream::connect((host, listeners.address.port())).await.unwrap();
        }
    }

    #[tokio::test]
    async fn an_edge_on_every_interface_is_reached_over_loopback() {
        for (host, expected) in [("0.0.0.0", "127.0.0.1"), ("::", "::1")] {
            let listeners = Listeners::bind(Some(host.parse().unwrap()), 0).await.unwrap();
            assert_eq!(listeners.address.ip().to_string(), expected);
            TcpStream::connect(listeners.address).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_named_whichever_loopback_it_is() {
        for host in ["127.0.0.1:0", "[::1]:0"] {
            let other = TcpListener::bind(host).await.unwrap();
            let port = other.local_addr().unwrap().port();
            let error = Listeners::bind(None, port).await.unwrap_err();
            assert!(matches!(error, ListenError::Taken(taken) if taken == port), "{error}");
        }
    }
}
