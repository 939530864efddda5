//! A deployment somewhere else: `TARGET_URL` names its distribution, with the guides' own paths, or
//! `TARGET_HTTP_URL` and `TARGET_WS_URL` name its HTTP API and its WebSocket API. One that asks for access
//! tokens checks them with `TARGET_JWT_SECRET`.

use std::{
    env,
    ops::{Deref, DerefMut},
};

use crate::{Api, Edge};

/// The deployment that the environment names. None means that tests start an edge of their own.
#[must_use]
pub fn from_env() -> Option<Api> {
    if let Some(http) = url("TARGET_URL") {
        // `https` becomes `wss`.
        return Some(Api::new(&http, http.replacen("http", "ws", 1)));
    }
    let http = url("TARGET_HTTP_URL")?;
    let socket = url("TARGET_WS_URL").expect("TARGET_WS_URL is set with TARGET_HTTP_URL");
    Some(Api::of_stage(http, socket))
}

/// Whether the environment names a deployment.
pub(crate) fn is_elsewhere() -> bool {
    url("TARGET_URL").or_else(|| url("TARGET_HTTP_URL")).is_some()
}

/// The secret of its access tokens. None means that it trusts its callers.
pub(crate) fn jwt_secret() -> Option<String> {
    variable("TARGET_JWT_SECRET")
}

fn url(name: &str) -> Option<String> {
    variable(name).map(|url| url.trim_end_matches('/').to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the environment says which deployment to test")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The process behind a [`Stack`](crate::Stack), where it is ours.
#[derive(Debug)]
pub enum Host {
    /// An edge of the test's own.
    Edge(Edge),
    /// The deployment of [`from_env`].
    Elsewhere,
}

const NO_EDGE: &str = "this test is about the edge: run it without TARGET_HTTP_URL";

impl Deref for Host {
    type Target = Edge;

    fn deref(&self) -> &Edge {
        match self {
            Self::Edge(edge) => edge,
            Self::Elsewhere => panic!("{NO_EDGE}"),
        }
    }
}

impl DerefMut for Host {
    fn deref_mut(&mut self) -> &mut Edge {
        match self {
            Self::Edge(edge) => edge,
            Self::Elsewhere => panic!("{NO_EDGE}"),
        }
    }
}
