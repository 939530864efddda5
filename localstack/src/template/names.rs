//! Names that AWS would give: regions, accounts, ids and ARNs, always the same for one template.

/// The region that the edge claims to be.
pub const REGION: &str = "us-east-1";
/// The account that the edge claims to be.
pub const ACCOUNT: &str = "000000000000";
pub const STACK: &str = "chat";

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

/// The ARN of a Lambda function.
pub fn function_arn(logical_id: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{logical_id}")
}
