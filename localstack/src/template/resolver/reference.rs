//! What `Ref` and `Fn::GetAtt` give for a resource that only exists here.

use super::{Resolver, block::Block};
use crate::template::{
    error::Defect,
    names::{ACCOUNT, REGION, STACK, api_id, function_arn},
    resource::Resource,
};

/// What `Ref` gives for a resource: what its type's documentation calls the return value.
pub fn of(resolver: &Resolver, resource: &Resource) -> Result<String, Defect> {
    Ok(match resource.kind.as_str() {
        "AWS::ApiGatewayV2::Api" => api_id(&resource.id),
        "AWS::ApiGatewayV2::Stage" => Block::of(resolver, resource).text("StageName")?,
        "AWS::DynamoDB::Table" => table_name(resolver, resource)?,
        "AWS::CloudFront::Function" => arn(resolver, resource)?,
        _ => resource.id.clone(),
    })
}

/// What `Fn::GetAtt` gives. An attribute that nothing here depends on is made up.
pub fn attribute(
    resolver: &Resolver,
    resource: &Resource,
    attribute: &str,
) -> Result<String, Defect> {
    let Resource { id, kind, .. } = resource;
    Ok(match (kind.as_str(), attribute) {
        (_, "Arn")
        | ("AWS::CloudFront::Function", "FunctionARN" | "FunctionMetadata.FunctionARN") => {
            arn(resolver, resource)?
        }
        ("AWS::DynamoDB::Table", "StreamArn") => {
            format!("{}/stream/local", arn(resolver, resource)?)
        }
        ("AWS::ApiGatewayV2::Api", "ApiEndpoint") => {
            format!("https://{}.execute-api.{REGION}.amazonaws.com", api_id(id))
        }
        ("AWS::CloudFront::Distribution", "DomainName") => format!("{}.cloudfront.net", api_id(id)),
        _ => format!("{id}.{attribute}"),
    })
}

/// `TableName`, or one made of the stack's name and the logical id.
pub fn table_name(resolver: &Resolver, resource: &Resource) -> Result<String, Defect> {
    let given = Block::of(resolver, resource).optional_text("TableName")?;
    Ok(given.unwrap_or_else(|| format!("{STACK}-{}", resource.id)))
}

fn arn(resolver: &Resolver, resource: &Resource) -> Result<String, Defect> {
    let Resource { id, kind, .. } = resource;
    Ok(match kind.as_str() {
        "AWS::Serverless::Function" => function_arn(id),
        "AWS::CloudFront::Function" => format!("arn:aws:cloudfront::{ACCOUNT}:function/{id}"),
        "AWS::DynamoDB::Table" => {
            format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}", table_name(resolver, resource)?)
        }
        _ => {
            let service = kind.split("::").nth(1).unwrap_or_default().to_lowercase();
            format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{id}")
        }
    })
}
