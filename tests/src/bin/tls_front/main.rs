//! `tls_front PORT FILE`: TLS in front of what listens on this port of the machine, for programs that
//! speak nothing else. Writes its authority's certificate to the file, then prints its host and port.

use std::{env, fs, io, io::Write as _};

use tests::tls::TlsFront;

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(port), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: tls_front PORT FILE"));
    };
    let front = TlsFront::before(port.parse().map_err(io::Error::other)?).await;
    fs::write(file, &front.authority)?;
    writeln!(io::stdout(), "{}", front.host)?;
    std::future::pending().await
}
