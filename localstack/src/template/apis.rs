//! `AWS::ApiGatewayV2`: the two APIs, their stages and their routes.

use std::collections::BTreeMap;

use super::{
    error::{Defect, Problem},
    model::{Cors, HttpApi, WebSocketApi},
    names,
    resolver::{Resolver, block::Block},
    resource::Resource,
};

/// The APIs and the logical id of each, which the resources around an API refer to.
pub struct Apis {
    pub http: HttpApi,
    pub websocket: WebSocketApi,
}

/// Reads both APIs with everything that belongs to them.
pub fn read(resolver: &Resolver) -> Result<Apis, Defect> {
    let http = api(resolver, "HTTP")?;
    let websocket = api(resolver, "WEBSOCKET")?;
    let (http_id, websocket_id) = (names::api_id(&http.id), names::api_id(&websocket.id));
    Ok(Apis {
        http: HttpApi {
            stage: stage(resolver, http)?,
            routes: routes(resolver, &http_id, Some("2.0"))?.into_iter().collect(),
            cors: cors(&Block::of(resolver, http))?,
            id: http_id,
        },
        websocket: WebSocketApi {
            stage: stage(resolver, websocket)?,
            routes: routes(resolver, &websocket_id, None)?,
            route_selection_expression: Block::of(resolver, websocket)
                .text("RouteSelectionExpression")?,
            id: websocket_id,
        },
    })
}

fn of_kind<'r>(resolver: &'r Resolver, kind: &str) -> impl Iterator<Item = &'r Resource> {
    resolver.resources().filter(move |resource| resource.kind == kind)
}

fn api<'r>(resolver: &'r Resolver, protocol: &'static str) -> Result<&'r Resource, Defect> {
    let mut found: Option<&Resource> = None;
    for resource in of_kind(resolver, "AWS::ApiGatewayV2::Api") {
        if Block::of(resolver, resource).text("ProtocolType")? != protocol {
            continue;
        }
        if let Some(first) = found.replace(resource) {
            let problem = Problem::Twice(first.id.clone(), resource.id.clone());
            return Err(problem.at(format!("Resources, the one {protocol} API")));
        }
    }
    found.ok_or_else(|| {
        Problem::Missing.at(format!("Resources, an API with ProtocolType {protocol}"))
    })
}

fn stage(resolver: &Resolver, api: &Resource) -> Result<String, Defect> {
    let id = names::api_id(&api.id);
    for resource in of_kind(resolver, "AWS::ApiGatewayV2::Stage") {
        let block = Block::of(resolver, resource);
        if block.text("ApiId")? == id {
            return block.text("StageName");
        }
    }
    Err(Problem::Missing.at(format!("Resources, a stage of {}", api.id)))
}

fn cors(api: &Block) -> Result<Option<Cors>, Defect> {
    let Some(value) = api.get("CorsConfiguration")? else {
        return Ok(None);
    };
    let cors = serde_json::from_value(value);
    cors.map(Some)
        .map_err(|_| api.defect("CorsConfiguration", Problem::Expected("a CORS configuration")))
}

fn routes(
    resolver: &Resolver,
    api: &str,
    payload: Option<&str>,
) -> Result<BTreeMap<String, String>, Defect> {
    let mut routes: BTreeMap<String, (String, &Resource)> = BTreeMap::new();
    for resource in of_kind(resolver, "AWS::ApiGatewayV2::Route") {
        let route = Block::of(resolver, resource);
        if route.text("ApiId")? != api {
            continue;
        }
        check_authorization(&route)?;
        let key = route.text("RouteKey")?;
        let function = function_behind(resolver, &route, payload)?;
        if let Some((_, first)) = routes.insert(key.clone(), (function, resource)) {
            let problem = Problem::Twice(first.id.clone(), resource.id.clone());
            return Err(problem.at(format!("Resources, the route '{key}'")));
        }
    }
    Ok(routes.into_iter().map(|(key, (function, _))| (key, function)).collect())
}

fn check_authorization(route: &Block) -> Result<(), Defect> {
    match route.optional_text("AuthorizationType")?.as_deref() {
        None | Some("NONE") => Ok(()),
        Some(other) => {
            Err(route.defect("AuthorizationType", Problem::Unsupported(other.to_owned())))
        }
    }
}

fn function_behind(
    resolver: &Resolver,
    route: &Block,
    payload: Option<&str>,
) -> Result<String, Defect> {
    let target = route.text("Target")?;
    let wrong = |found: &str, expected| Problem::WrongTarget { found: found.to_owned(), expected };
    let integration = target
        .strip_prefix("integrations/")
        .and_then(|id| {
            of_kind(resolver, "AWS::ApiGatewayV2::Integration").find(|resource| resource.id == id)
        })
        .map(|resource| Block::of(resolver, resource))
        .ok_or_else(|| route.defect("Target", wrong(&target, "an integration")))?;
    check_integration(&integration, payload)?;
    let uri = integration.text("IntegrationUri")?;
    names::function_in(&uri)
        .filter(|id| {
            of_kind(resolver, "AWS::Serverless::Function").any(|resource| resource.id == *id)
        })
        .map(str::to_owned)
        .ok_or_else(|| integration.defect("IntegrationUri", wrong(&uri, "a function")))
}

fn check_integration(integration: &Block, payload: Option<&str>) -> Result<(), Defect> {
    let kind = integration.text("IntegrationType")?;
    if kind != "AWS_PROXY" {
        return Err(integration.defect("IntegrationType", Problem::Unsupported(kind)));
    }
    let Some(payload) = payload else {
        return Ok(());
    };
    // Without a version API Gateway takes 1.0.
    let version = integration.optional_text("PayloadFormatVersion")?;
    if version.as_deref() == Some(payload) {
        return Ok(());
    }
    let problem = Problem::Unsupported(format!("'{}'", version.as_deref().unwrap_or("1.0")));
    Err(integration.defect("PayloadFormatVersion", problem))
}
