//! The route table of an HTTP API and how a request finds its route.

use axum::http::Method;

use crate::{apigateway::error::ApiError, exchange::request::decode};

/// Routes, the most specific first.
#[derive(Debug)]
pub struct RouteTable {
    routes: Vec<Route>,
    /// Function of the `$default` route.
    default: Option<String>,
}

/// What a request found.
#[derive(Debug, PartialEq, Eq)]
pub enum Matched<'a> {
    /// A route that takes it.
    Route {
        /// Route key as the template has it.
        key: &'a str,
        /// The function behind it.
        function: &'a str,
        parameters: Vec<(&'a str, String)>,
    },
    /// The path is known, with these methods.
    OtherMethods(Vec<&'a str>),
    /// No route has this path.
    Nothing,
}

#[derive(Debug)]
struct Route {
    key: String,
    method: RouteMethod,
    segments: Vec<Segment>,
    function: String,
}

#[derive(Debug, PartialEq, Eq)]
enum RouteMethod {
    Only(String),
    Any,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
    /// `{proxy+}`: everything from here on.
    Greedy(String),
}

impl RouteTable {
    /// Reads route keys such as `POST /rooms/{roomId}/messages`.
    pub fn new(routes: &[(String, String)]) -> Result<Self, ApiError> {
        let mut table = Self { routes: Vec::new(), default: None };
        for (key, function) in routes {
            if key == "$default" {
                table.default = Some(function.clone());
            } else {
                let route = Route::parse(key, function);
                table.routes.push(route.ok_or_else(|| ApiError::RouteKey(key.clone()))?);
            }
        }
        table.routes.sort_by_cached_key(Route::rank);
        Ok(table)
    }

    /// Finds the most specific route for a method and a path that is still percent-encoded.
    pub fn find(&self, method: &Method, path: &str) -> Matched<'_> {
        let path: Vec<String> = path.trim_start_matches('/').split('/').map(decode).collect();
        let mut others = Vec::new();
        for route in &self.routes {
            let Some(parameters) = route.parameters(&path) else {
                continue;
            };
            match &route.method {
                RouteMethod::Only(only) if only != method.as_str() => others.push(&**only),
                _ => {
                    return Matched::Route {
                        key: &route.key,
                        function: &route.function,
                        parameters,
                    };
                }
            }
        }
        match &self.default {
            Some(function) => Matched::Route { key: "$default", function, parameters: Vec::new() },
            // API Gateway has no HEAD of its own, and a probe with HEAD asks about the path.
            None if others.is_empty() || method == Method::HEAD => Matched::Nothing,
            None => Matched::OtherMethods(others),
        }
    }
}

impl Route {
    fn parse(key: &str, function: &str) -> Option<Self> {
        let (method, path) = key.split_once(' ')?;
        let segments: Option<Vec<_>> =
            path.strip_prefix('/')?.split('/').map(Segment::parse).collect();
        Some(Self {
            key: key.to_owned(),
            method: match method {
                "ANY" => RouteMethod::Any,
                _ => RouteMethod::Only(Method::from_bytes(method.as_bytes()).ok()?.to_string()),
            },
            segments: segments?,
            function: function.to_owned(),
        })
    }

    /// API Gateway takes the most specific route: a literal segment before a parameter before a greedy
    /// one, then a route with a method before `ANY`.
    fn rank(&self) -> (Vec<u8>, bool) {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Literal(_) => 0,
            Segment::Parameter(_) => 1,
            Segment::Greedy(_) => 2,
        });
        (segments.collect(), self.method == RouteMethod::Any)
    }

    fn parameters(&self, path: &[String]) -> Option<Vec<(&str, String)>> {
        let mut parameters = Vec::new();
        let mut rest = path;
        for segment in &self.segments {
            let (first, others) = rest.split_first()?;
            match segment {
                Segment::Literal(text) if text == first => {}
                Segment::Parameter(name) if !first.is_empty() => {
                    parameters.push((&**name, first.clone()));
                }
                Segment::Greedy(name) if rest != [""] => {
                    parameters.push((&**name, rest.join("/")));
                    return Some(parameters);
                }
                _ => return None,
            }
            rest = others;
        }
        rest.is_empty().then_some(parameters)
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some(name) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) else {
            return (!text.contains(['{', '}'])).then(|| Self::Literal(text.to_owned()));
        };
        Some(match name.strip_suffix('+') {
            Some(name) => Self::Greedy(name.to_owned()),
            None => Self::Parameter(name.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(keys: &[&str]) -> RouteTable {
        let routes: Vec<_> = keys.iter().map(|key| (key.to_string(), format!("F {key}"))).collect();
        RouteTable::new(&routes).unwrap()
    }

    /// The key that is found, with its parameters as `name=value`.
    fn find(table: &RouteTable, method: &str, path: &str) -> String {
        match table.find(&method.parse().unwrap(), path) {
            Matched::Route { key, parameters, .. } => parameters
                .iter()
                .fold(key.to_owned(), |text, (name, value)| format!("{text} {name}={value}")),
            Matched::OtherMethods(methods) => format!("only {}", methods.join(",")),
            Matched::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn the_most_specific_route_is_found() {
        let table = table(&[
            "ANY /{proxy+}",
            "GET /rooms/{roomId}",
            "ANY /rooms/{roomId}",
            "GET /rooms/first",
            "GET /rooms/{roomId}/files/{path+}",
        ]);
        for (method, path, expected) in [
            ("GET", "/rooms/first", "GET /rooms/first"),
            ("GET", "/rooms/7", "GET /rooms/{roomId} roomId=7"),
            ("PUT", "/rooms/7", "ANY /rooms/{roomId} roomId=7"),
            ("PUT", "/rooms/first", "ANY /rooms/{roomId} roomId=first"),
            ("GET", "/rooms/a%20%2F%ED%95%9C", "GET /rooms/{roomId} roomId=a /한"),
            ("GET", "/rooms/7/files/a/b", "GET /rooms/{roomId}/files/{path+} roomId=7 path=a/b"),
            ("GET", "/rooms//files/a", "ANY /{proxy+} proxy=rooms//files/a"),
            ("GET", "/rooms/7/", "ANY /{proxy+} proxy=rooms/7/"),
            ("GET", "/", "nothing"),
        ] {
            assert_eq!(find(&table, method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_known_path_names_its_methods_but_not_to_head() {
        let table = table(&["POST /rooms", "GET /rooms"]);
        assert_eq!(find(&table, "PATCH", "/rooms"), "only POST,GET");
        assert_eq!(find(&table, "HEAD", "/rooms"), "nothing");
        assert_eq!(find(&table, "GET", "/Rooms"), "nothing");
    }

    #[test]
    fn the_default_route_takes_the_rest() {
        let table = table(&["POST /rooms", "$default"]);
        assert_eq!(find(&table, "GET", "/rooms"), "$default");
    }

    #[test]
    fn what_is_no_route_key_is_refused() {
        for key in ["rooms", "GET rooms", "$connect", "GET /a{b}"] {
            let error = RouteTable::new(&[(key.into(), "F".into())]).unwrap_err();
            assert!(matches!(error, ApiError::RouteKey(refused) if refused == key));
        }
    }
}
