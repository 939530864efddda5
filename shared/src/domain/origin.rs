//! From which web pages sockets may be opened.

use std::str::FromStr;

/// The origins that are admitted. Empty admits any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Exact(String),
    /// `*.example.com` or `https://*.example.com`: every host below it, not itself.
    Below {
        scheme: Option<String>,
        suffix: String,
    },
}

/// An entry of the list is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be origins such as https://app.example.com or *.example.com, separated by commas, this has {0:?}"
)]
pub struct InvalidOrigin(String);

/// The page may not open sockets here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sockets may not be opened from this origin")]
pub struct OriginRefused;

impl Origins {
    /// Admits a listed origin, and whoever sends none: native apps do not, browsers always do.
    pub fn admit(&self, origin: Option<&str>) -> Result<(), OriginRefused> {
        let Some(origin) = origin else { return Ok(()) };
        let origin = origin.to_ascii_lowercase();
        let listed = self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(&origin));
        listed.then_some(()).ok_or(OriginRefused)
    }
}

impl Pattern {
    fn matches(&self, origin: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == origin,
            Self::Below { scheme, suffix } => split(origin).is_some_and(|(its_scheme, host)| {
                scheme.as_deref().is_none_or(|scheme| scheme == its_scheme)
                    && host.strip_suffix(suffix.as_str()).is_some_and(|label| !label.is_empty())
            }),
        }
    }
}

/// Scheme and host of an origin, port included, if it is one and nothing more.
fn split(origin: &str) -> Option<(&str, &str)> {
    let (scheme, host) = origin.split_once("://")?;
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(plain))
        .then_some((scheme, host))
}

impl FromStr for Origins {
    type Err = InvalidOrigin;

    fn from_str(list: &str) -> Result<Self, InvalidOrigin> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(pattern).collect::<Result<_, _>>().map(Self)
    }
}

fn pattern(entry: &str) -> Result<Pattern, InvalidOrigin> {
    let entry = entry.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, host) = match entry.split_once("://") {
        Some((scheme, host)) => (Some(scheme.to_owned()), host),
        None => (None, entry.as_str()),
    };
    match (host.strip_prefix('*'), &scheme) {
        (Some(suffix), _)
            if suffix.len() > 1 && suffix.starts_with('.') && !suffix.contains('*') =>
        {
            Ok(Pattern::Below { scheme, suffix: suffix.to_owned() })
        }
        (None, Some(_)) if split(&entry).is_some() => Ok(Pattern::Exact(entry)),
        _ => Err(InvalidOrigin(entry)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_origins_are_admitted_and_native_apps_pass() {
        let origins: Origins =
            "https://app.example.org, *.example.com,https://*.secure.example".parse().unwrap();
        for admitted in [
            "https://app.example.org",
            "https://APP.example.org",
            "http://a.b.example.com",
            "https://x.secure.example",
        ] {
            assert_eq!(origins.admit(Some(admitted)), Ok(()), "{admitted}");
        }
        for refused in [
            "http://app.example.org",
            "https://app.example.org:8443",
            "https://example.com",
            "https://.example.com",
            "https://notexample.com",
            "https://example.com.evil.org",
            "https://evil.org/.example.com",
            "https://evil.org?.example.com",
            "http://x.secure.example",
            "null",
            "",
        ] {
            assert_eq!(origins.admit(Some(refused)), Err(OriginRefused), "{refused}");
        }
        assert_eq!(origins.admit(None), Ok(()));
        assert_eq!(Origins::default().admit(Some("https://anything.example")), Ok(()));
    }

    #[test]
    fn an_entry_that_is_no_origin_is_refused_at_start() {
        for list in
            ["app.example.com", "*", "https://*", "*.", "ftp://a.example", "https://a.example/path"]
        {
            assert!(list.parse::<Origins>().is_err(), "{list}");
        }
    }
}
