//! From a name to the addresses that may be connected to.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{Error, address, target};

/// How far a client may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Any address. For targets an owner of the instance has configured: their identity provider may well stand in
    /// the same private network.
    Anywhere,
    /// Only addresses on the public internet ([`crate::is_public`]). For targets anybody else can choose.
    PublicOnly,
}

impl Reach {
    /// Lets `found`, the whole answer for `host`, pass or refuses it as a whole: a name with one inside address among
    /// its public ones is not to be trusted with the others either.
    pub(crate) fn admit(self, host: &str, found: &[IpAddr]) -> Result<(), Error> {
        if found.is_empty() {
            return Err(Error::Unknown { host: host.to_owned() });
        }
        if self == Self::PublicOnly && !found.iter().copied().all(address::is_public) {
            return Err(Error::Private { host: host.to_owned() });
        }
        // Plain http is let through to this name; it must not be answered from elsewhere.
        if target::is_localhost(host) && !found.iter().all(IpAddr::is_loopback) {
            return Err(Error::Unknown { host: host.to_owned() });
        }
        Ok(())
    }
}

/// The system's name service, judged by a [`Reach`]. What it returns is what the connection is made to, so there is
/// no second look-up to answer differently.
#[derive(Debug)]
pub(crate) struct Resolver(pub(crate) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let host = name.as_str();
            let found = tokio::net::lookup_host((host, 0))
                .await
                .map_err(|_| Error::Unknown { host: host.to_owned() })?
                .collect::<Vec<SocketAddr>>();
            reach.admit(host, &found.iter().map(SocketAddr::ip).collect::<Vec<_>>())?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn one_inside_address_among_public_ones_refuses_the_name() {
        let mixed = addresses(&["93.184.216.34", "10.0.0.7"]);
        assert!(matches!(Reach::PublicOnly.admit("example.org", &mixed), Err(Error::Private { .. })));
        assert_eq!(Reach::Anywhere.admit("example.org", &mixed), Ok(()));
        assert_eq!(Reach::PublicOnly.admit("example.org", &mixed[..1]), Ok(()));
    }

    #[test]
    fn localhost_answered_from_elsewhere_is_refused() {
        assert!(Reach::Anywhere.admit("localhost", &addresses(&["::1", "127.0.0.1"])).is_ok());
        assert!(Reach::Anywhere.admit("localhost.", &addresses(&["127.0.0.1", "93.184.216.34"])).is_err());
    }
}
