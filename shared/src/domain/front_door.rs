//! How a request shows that it came through the distribution, and not to an API's own address.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

/// A secret that is shorter can be guessed.
const SHORTEST: usize = 32;
/// The secret in use, and the one that takes its place.
const MOST: usize = 2;
/// In place of a second secret: requests without the first are admitted, too, until the distribution sends it everywhere.
const ANY: &str = "any";

/// The secrets that the distribution may send. Empty admits every request.
///
/// Only their hashes are kept: what is not there cannot be printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FrontDoor(Vec<[u8; 32]>);

/// The list is not one of secrets. It says nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one or two secrets of {SHORTEST} characters or more, or one and the word {ANY}, separated by a comma"
)]
pub struct InvalidSecrets;

/// The request did not come through the distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("requests are taken at the service's own address only")]
pub struct Bypassed;

impl FrontDoor {
    /// Admits a request that shows one of the secrets.
    pub fn admit(&self, shown: Option<&[u8]>) -> Result<(), Bypassed> {
        if self.0.is_empty() {
            return Ok(());
        }
        // The comparison ends at the first difference of two hashes, and nobody can choose how their own begins:
        // its duration says nothing of the secret.
        let shown = shown.map(hash).ok_or(Bypassed)?;
        self.0.contains(&shown).then_some(()).ok_or(Bypassed)
    }
}

impl fmt::Debug for FrontDoor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FrontDoor({} secrets)", self.0.len())
    }
}

impl FromStr for FrontDoor {
    type Err = InvalidSecrets;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        let secrets: Vec<&str> = list.split(',').collect();
        let (secrets, is_open) = match secrets.as_slice() {
            [secret, ANY] => (&[*secret][..], true),
            secrets => (secrets, false),
        };
        if secrets.len() > MOST || secrets.iter().any(|text| text.len() < SHORTEST) {
            return Err(InvalidSecrets);
        }
        let demanded = if is_open { &[] } else { secrets };
        Ok(Self(demanded.iter().map(|text| hash(text.as_bytes())).collect()))
    }
}

fn hash(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn one_of_the_secrets_is_admitted_and_nothing_else() {
        let both: FrontDoor = format!("{OLD},{NEW}").parse().unwrap();
        for secret in [OLD, NEW] {
            assert_eq!(both.admit(Some(secret.as_bytes())), Ok(()));
        }
        let list = format!("{OLD},{NEW}");
        for wrong in [None, Some(""), Some(&OLD[1..]), Some(&list), Some("another")] {
            assert_eq!(both.admit(wrong.map(str::as_bytes)), Err(Bypassed), "{wrong:?}");
        }
    }

    #[test]
    fn without_secrets_every_request_is_admitted() {
        assert_eq!(FrontDoor::default().admit(None), Ok(()));
        let introduced: FrontDoor = format!("{NEW},any").parse().unwrap();
        assert_eq!(introduced.admit(None), Ok(()));
    }

    #[test]
    fn short_or_many_secrets_are_refused_without_showing_them() {
        let three = [OLD; 3].join(",");
        let open = format!("{OLD},{NEW},any");
        for wrong in [&OLD[1..], "any", &format!("{OLD},"), &format!("{OLD},short"), &three, &open]
        {
            let error = wrong.parse::<FrontDoor>().unwrap_err();
            assert!(!error.to_string().contains(&OLD[1..8]), "{error}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let door: FrontDoor = OLD.parse().unwrap();
        assert_eq!(format!("{door:?}"), "FrontDoor(1 secrets)");
    }
}
