//! What `Ref` and `Fn::GetAtt` give for a resource that only exists here.

use super::{error::Fault, resolver::Resolver, resource::Resource};

/// The region that the edge claims to be.
pub const REGION: &str = "us-east-1";
/// The account that the edge claims to be.
pub const ACCOUNT: &str = "000000000000";
const STACK: &str = "chat";

/// The value of a pseudo parameter other than `AWS::NoValue`.
pub fn pseudo_parameter(name: &str) -> Option<String> {
    Some(match name {
        "AWS::Region" => REGION.into(),
        "AWS::AccountId" => ACCOUNT.into(),
        "AWS::Partition" => "aws".into(),
        "AWS::URLSuffix" => "amazonaws.com".into(),
        "AWS::StackName" => STACK.into(),
        "AWS::StackId" => format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/local"),
        _ => return None,
    })
}

/// What `Ref` gives.
pub fn of(resolver: &Resolver, resource: &Resource) -> Result<String, Fault> {
    Ok(match resource.kind.as_str() {
        "AWS::ApiGatewayV2::Api" => api_id(&resource.id),
        "AWS::ApiGatewayV2::Stage" => resource.block(resolver).text("StageName")?,
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
) -> Result<String, Fault> {
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

/// The logical id of the Lambda function that an ARN or an integration URI names.
pub fn function_in(uri: &str) -> Option<&str> {
    let (_, after) = uri.split_once(&format!(":{ACCOUNT}:function:"))?;
    after.split(['/', ':']).next()
}

/// The logical id of the CloudFront function that an ARN names.
pub fn viewer_function_in(arn: &str) -> Option<&str> {
    arn.strip_prefix(&format!("arn:aws:cloudfront::{ACCOUNT}:function/"))
}

/// Ten lower-case letters and digits that are always the same for this logical id.
pub fn api_id(logical_id: &str) -> String {
    // FNV-1a: the standard library promises no stable hash.
    let hash = logical_id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let digits = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut rest = hash;
    let mut next = || {
        let digit = digits[usize::try_from(rest % 36).unwrap_or_default()];
        rest /= 36;
        char::from(digit)
    };
    (0..10).map(|_| next()).collect()
}

/// `TableName`, or one made of the stack's name and the logical id.
pub fn table_name(resolver: &Resolver, resource: &Resource) -> Result<String, Fault> {
    let given = resource.block(resolver).optional_text("TableName")?;
    Ok(given.unwrap_or_else(|| format!("{STACK}-{}", resource.id)))
}

/// The ARN of a Lambda function.
pub fn function_arn(logical_id: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{logical_id}")
}

fn arn(resolver: &Resolver, resource: &Resource) -> Result<String, Fault> {
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
