//! Static files of the local run: a page to look at what the template serves. On AWS there is none.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};

use super::tokens::Tokens;
use crate::exchange::{request::ApiRequest, response};

/// What a page may do here: run its own scripts, talk to its own host, show pictures from anywhere.
/// It cannot turn text into HTML (Trusted Types) and nobody can frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' http: https:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // Who changes a file wants to see it.
    (header::CACHE_CONTROL, "no-cache"),
];
const INDEX: &str = "index.html";

/// What is behind each path. There are no others, whatever a path is made of.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, Content>);

#[derive(Debug)]
enum Content {
    File(PathBuf),
    Tokens(Tokens),
}

/// What a request found.
pub enum Found {
    File(PathBuf),
    Answer(Response),
}

impl Files {
    /// The files of a directory and below, the `index.html` under the path that ends with the slash.
    pub fn below(directory: &Path) -> io::Result<Self> {
        let mut files = Self::default();
        files.collect(directory, "/")?;
        Ok(files)
    }

    /// Also this file, under this path.
    #[must_use]
    pub fn and(mut self, path: &str, file: PathBuf) -> Self {
        self.0.insert(path.to_owned(), Content::File(file));
        self
    }

    /// Also access tokens, under this path.
    #[must_use]
    pub fn and_tokens(mut self, path: &str, tokens: Tokens) -> Self {
        self.0.insert(path.to_owned(), Content::Tokens(tokens));
        self
    }

    /// Only those whose path nothing else answers.
    #[must_use]
    pub fn where_nothing_answers(mut self, is_answered: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|path, _| !is_answered(path));
        self
    }

    fn collect(&mut self, directory: &Path, path: &str) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                self.collect(&entry.path(), &format!("{path}{name}/"))?;
            } else if content_type(&entry.path()).is_some() {
                let name = if name == INDEX { "" } else { &name };
                self.0.insert(format!("{path}{name}"), Content::File(entry.path()));
            }
        }
        Ok(())
    }

    /// None leaves the request to the template.
    pub fn find(&self, request: &ApiRequest) -> Option<Found> {
        let content = self.0.get(&request.path)?;
        if ![Method::GET, Method::HEAD].contains(&request.method) {
            return None;
        }
        Some(match content {
            Content::File(file) => Found::File(file.clone()),
            Content::Tokens(tokens) => Found::Answer(tokens.answer(request)),
        })
    }
}

impl Found {
    /// A file as it is now.
    pub async fn answer(self) -> Response {
        let file = match self {
            Self::Answer(response) => return response,
            Self::File(file) => file,
        };
        let Ok(bytes) = tokio::fs::read(&file).await else {
            return response::message(StatusCode::NOT_FOUND, "Not Found");
        };
        let mut response = Response::new(Body::from(bytes));
        let headers = response.headers_mut();
        let content_type = content_type(&file).map(HeaderValue::from_static);
        headers.extend(content_type.map(|value| (header::CONTENT_TYPE, value)));
        headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
        response
    }
}

fn content_type(file: &Path) -> Option<&'static str> {
    Some(match file.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}
