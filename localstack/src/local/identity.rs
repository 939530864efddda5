//! Access tokens for the local run: the secret that the functions check them with, and tokens
//! signed with it. On AWS an identity provider does this.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::ValueEnum;
use jiff::Timestamp;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde::Serialize;
use uuid::Uuid;

use super::executables::workspace;
use crate::template::{Function, Template};

/// Shortest secret, in bytes: as long as the hash of HS256 (RFC 7518, 3.2).
const SHORTEST: usize = 32;

/// The mode of a file that only its owner reads.
const OWNERS: u32 = 0o600;

/// What allows a function on AWS to read the secret.
const READS_SECRET: &str = "secretsmanager:GetSecretValue";

/// Why there are no tokens.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("--jwt-secret must have at least {SHORTEST} bytes, this has {0}")]
    ShortSecret(usize),
    #[error("the local secret in {} cannot be used (--jwt-secret-file names another)", .0.display())]
    File(PathBuf, #[source] io::Error),
    #[error("the token cannot be signed")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// The template's `AuthMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Auth {
    /// `user_id` is believed
    Trusted,
    /// Every call carries a signed token or a ticket
    Required,
}

/// Signs access tokens (HS256).
#[derive(Clone)]
pub struct Identity {
    secret: String,
}

/// What a token says of its user.
#[derive(Debug, Default, Serialize, clap::Args)]
pub struct Profile {
    /// Display name
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Mail address
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Handle
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Address of a picture
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    sub: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    profile: &'a Profile,
}

impl Identity {
    /// With the secret that was given, or else with one that this machine made up and keeps in the
    /// file.
    pub fn new(given: Option<String>, file: &Path) -> Result<Self, IdentityError> {
        let secret = match given {
            Some(secret) if secret.len() < SHORTEST => {
                return Err(IdentityError::ShortSecret(secret.len()));
            }
            Some(secret) => secret,
            None => kept_secret(file)?,
        };
        Ok(Self { secret })
    }

    /// What tokens are signed with, for a deployment that checks them elsewhere.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Lets those functions check tokens with the secret that may read it on AWS. It is of no use to
    /// the others, but to whoever gets hold of their environment.
    pub fn share_with(&self, template: &mut Template) {
        for function in template.functions.iter_mut().filter(|function| checks_tokens(function)) {
            function.environment.insert("JWT_SECRET".to_owned(), self.secret.clone());
        }
    }

    /// A token for this user.
    #[expect(clippy::disallowed_methods, reason = "a token is made for the time it is asked for")]
    pub fn token(
        &self,
        user: u64,
        profile: &Profile,
        lifetime: Duration,
    ) -> Result<String, IdentityError> {
        let now = Timestamp::now().as_second();
        let exp = now.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
        let claims = Claims { sub: user.to_string(), iat: now, exp, profile };
        let key = EncodingKey::from_secret(self.secret.as_bytes());
        Ok(encode(&Header::default(), &claims, &key)?)
    }
}

fn checks_tokens(function: &Function) -> bool {
    let mut actions = function.permissions.iter().flat_map(|statement| &statement.actions);
    actions.any(|action| action == READS_SECRET)
}

/// Where the machine keeps the secret that it made up: not in the repository, and not in a
/// directory that a rebuild empties.
pub fn secret_file() -> PathBuf {
    workspace().join("target/local-jwt-secret")
}

/// The secret in the file, which is made when it is not there. Several processes may come at once.
fn kept_secret(path: &Path) -> Result<String, IdentityError> {
    let read = || {
        keep_private(path)?;
        fs::read_to_string(path).map(|text| text.trim().to_owned())
    };
    let secret = read().or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => make_secret(path).and_then(|()| read()),
        _ => Err(error),
    });
    let secret = secret.map_err(|error| IdentityError::File(path.to_owned(), error))?;
    if secret.len() < SHORTEST {
        let error = io::Error::new(io::ErrorKind::InvalidData, "it is too short");
        return Err(IdentityError::File(path.to_owned(), error));
    }
    Ok(secret)
}

/// Takes from others what they could read. A file that is somebody else's, such as one mounted into a
/// container, keeps its mode.
fn keep_private(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    match fs::set_permissions(path, Permissions::from_mode(OWNERS)) {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

fn make_secret(path: &Path) -> io::Result<()> {
    let directory = path.parent().unwrap_or(path);
    fs::create_dir_all(directory)?;
    // Written aside and linked: whoever reads the file finds all of it, and the first to link wins.
    let draft = directory.join(format!("local-jwt-secret-{}", Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNERS).open(&draft)?;
    // Two random UUIDs: 244 random bits.
    write!(file, "{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        // Another process was faster: its secret serves.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_refused() {
        assert!(matches!(
            Identity::new(Some("x".repeat(31)), Path::new("")),
            Err(IdentityError::ShortSecret(31))
        ));
    }

    #[test]
    fn the_secret_is_made_once_and_kept() {
        let directory = std::env::temp_dir().join(Uuid::new_v4().to_string());
        let path = directory.join("secret");
        let secrets: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| kept_secret(&path).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0] && secret.len() == 64));
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), OWNERS);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(kept_secret(&path).unwrap(), secrets[0]);
        assert_eq!(mode(), OWNERS, "as others could read it");
        fs::remove_dir_all(directory).unwrap();
    }
}
