use super::*;

#[test]
fn all_that_is_missing_is_reported_at_once() {
    let wrong = |name: &str| match name {
        "AUTH_MODE" => Some("maybe".to_owned()),
        "ALLOWED_ORIGINS" => Some("example.com".to_owned()),
        "SEND_RATE" => Some("many".to_owned()),
        "ORIGIN_SECRETS" => Some("short".to_owned()),
        _ => None,
    };
    let text = Config::read(wrong).unwrap_err().to_string();
    for part in [
        "AWS_REGION is not set",
        "TABLE_NAME is not set",
        "MANAGEMENT_ENDPOINT is not set",
        "AUTH_MODE must be trusted or required",
        "PRESENCE_MAX_MEMBERS is not set",
        "INLINE_MAX_MEMBERS is not set",
        "SHARE_EMAILS is not set",
        "ALLOWED_ORIGINS must be origins",
        "SEND_RATE must be a number per second and a burst",
        "ORIGIN_SECRETS must be one or two secrets of 32 characters or more",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn aws_is_called_over_tls_and_a_laptop_without() {
    let laptop = |name: &str| {
        let value = match name {
            "AUTH_MODE" => "trusted",
            "MANAGEMENT_ENDPOINT" => "http://127.0.0.1:3000/prod",
            "AWS_ENDPOINT_URL_DYNAMODB" => "http://127.0.0.1:8000",
            "PRESENCE_MAX_MEMBERS" | "INLINE_MAX_MEMBERS" => "100",
            "SHARE_EMAILS" => "true",
            "TABLE_NAME" | "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "any",
            _ => return None,
        };
        Some(value.to_owned())
    };
    let is_without_tls = |replaced: &str, value: &str| {
        let variable = |name: &str| {
            if name == replaced { Some(value.to_owned()) } else { laptop(name) }
        };
        Config::read(variable).expect("a complete environment").is_without_tls()
    };
    assert!(is_without_tls("", ""));
    assert!(!is_without_tls("AWS_ENDPOINT_URL_DYNAMODB", ""));
    assert!(!is_without_tls(
        "MANAGEMENT_ENDPOINT",
        "https://id.execute-api.any.amazonaws.com/prod"
    ));
    assert!(!is_without_tls("JWT_SECRET_ARN", "arn:aws:secretsmanager:any:1:secret:any"));
}
