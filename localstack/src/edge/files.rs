//! Static files of the local run: a page to look at what the template serves. On AWS there is none.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use axum::{http::Method, response::Response};

use crate::exchange::response;

/// What a page may do here: run its own scripts, talk to its own host, show pictures from anywhere.
/// It cannot turn text into HTML (Trusted Types) and nobody can frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' http: https:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const INDEX: &str = "index.html";

/// Where each path finds its file. There are no others, whatever a path is made of.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, PathBuf>);

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
        self.0.insert(path.to_owned(), file);
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
                self.0.insert(format!("{path}{name}"), entry.path());
            }
        }
        Ok(())
    }

    /// The file as it is now. None leaves the request to the template.
    pub async fn answer(&self, method: &Method, path: &str) -> Option<Response> {
        let file = self.0.get(path)?;
        if ![Method::GET, Method::HEAD].contains(method) {
            return None;
        }
        let content = tokio::fs::read(file).await.ok()?;
        Some(response::file(content_type(file)?, POLICY, content))
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
