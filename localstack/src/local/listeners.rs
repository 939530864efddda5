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
    /// Where the functions reach the edge: over loopback, whatever else it listens on.
    pub address: SocketAddr,
    /// One for each address, at least one.
    pub sockets: Vec<TcpListener>,
}

impl Listeners {
    /// Listens on both loopback addresses: some clients take `localhost` for `::1`, others for
    /// `127.0.0.1`. Or on this address, and on the loopback one of its kind unless it is among them.
    pub async fn bind(host: Option<IpAddr>, port: u16) -> Result<Self, ListenError> {
        let Some(host) = host else { return repeatedly(port, both_loopbacks).await };
        if host.is_loopback() || host.is_unspecified() {
            let (socket, mut address) = listen(host, port).await?;
            if host.is_unspecified() {
                address.set_ip(loopback(host));
            }
            return Ok(Self { address, sockets: vec![socket] });
        }
        repeatedly(port, async |port| with_loopback(host, port).await).await
    }

    /// Host and port as people write them.
    pub fn name(&self) -> String {
        match self.public() {
            Some(address) if !address.ip().is_unspecified() => address.to_string(),
            _ => format!("localhost:{}", self.address.port()),
        }
    }

    /// The address that other machines may reach.
    pub fn public(&self) -> Option<SocketAddr> {
        let mut addresses = self.sockets.iter().filter_map(|socket| socket.local_addr().ok());
        addresses.find(|address| !address.ip().is_loopback())
    }
}

/// The same port must be free twice, which is tried again where any port will do.
async fn repeatedly(
    port: u16,
    bind: impl AsyncFn(u16) -> Result<Listeners, ListenError>,
) -> Result<Listeners, ListenError> {
    for _ in 1..ATTEMPTS {
        match bind(port).await {
            Err(ListenError::Taken(_)) if port == 0 => {}
            result => return result,
        }
    }
    bind(port).await
}

async fn with_loopback(host: IpAddr, port: u16) -> Result<Listeners, ListenError> {
    let (public, bound) = listen(host, port).await?;
    let (private, address) = listen(loopback(host), bound.port()).await?;
    Ok(Listeners { address, sockets: vec![public, private] })
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
        Ok((socket, bound))
    });
    bound.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ListenError::Taken(port),
        _ => ListenError::Refused { address, source },
    })
}

/// The loopback address of the same kind: nobody can connect to `0.0.0.0`.
fn loopback(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    }
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
            assert_eq!(listeners.public().unwrap().ip().to_string(), host);
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
