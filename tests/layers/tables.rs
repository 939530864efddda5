//! What each module of a crate may name of the others. A module stands below all that it may know.

/// The modules of a crate.
#[derive(Clone, Copy)]
pub struct Table {
    /// What the table is called here, for messages.
    pub name: &'static str,
    pub folder: &'static str,
    pub modules: &'static [(&'static str, &'static [&'static str])],
}

impl Table {
    /// What the module may know, if it is in the table.
    pub fn may_know(&self, module: &str) -> Option<&'static [&'static str]> {
        self.modules.iter().find(|(name, _)| *name == module).map(|(_, may_know)| *may_know)
    }
}

/// The chat: rules at the bottom, what turns a Lambda event into a call at the top.
pub const SHARED: Table = Table {
    name: "SHARED",
    folder: "shared/src",
    modules: &[
        ("domain", &[]),
        ("causes", &[]),
        ("calls", &[]),
        ("dispatch", &[]),
        ("moment", &[]),
        ("store", &["domain", "dispatch"]),
        ("wire", &["domain"]),
        ("aws", &["causes"]),
        ("broadcast", &["domain", "causes", "moment", "aws", "store", "wire"]),
        ("auth", &["domain"]),
        ("config", &["domain", "auth"]),
        ("error", &["domain", "causes", "store", "wire", "broadcast", "auth"]),
        (
            "app",
            &[
                "domain",
                "causes",
                "moment",
                "aws",
                "calls",
                "store",
                "broadcast",
                "auth",
                "config",
                "error",
            ],
        ),
        (
            "lambda",
            &[
                "domain", "causes", "calls", "moment", "store", "wire", "auth", "config", "error",
                "app",
            ],
        ),
    ],
};

/// The cloud on one machine: each room is a service, and knows those that it calls.
pub const LOCALSTACK: Table = Table {
    name: "LOCALSTACK",
    folder: "localstack/src",
    modules: &[
        ("template", &[]),
        ("sabotage", &[]),
        // What the services tell the inspector, which knows them all.
        ("journal", &[]),
        ("iam", &["template"]),
        ("loopback", &[]),
        ("dynamodb", &["template", "iam", "loopback"]),
        ("exchange", &[]),
        ("lambda", &["template", "sabotage", "journal", "iam", "loopback", "dynamodb"]),
        ("cloudfront", &["template", "exchange"]),
        ("apigateway", &["template", "exchange", "iam", "lambda", "sabotage", "journal"]),
        ("inspector", &["exchange", "apigateway", "lambda", "dynamodb", "sabotage", "journal"]),
        (
            "edge",
            &[
                "template",
                "exchange",
                "iam",
                "loopback",
                "cloudfront",
                "apigateway",
                "lambda",
                "dynamodb",
                "sabotage",
                "inspector",
            ],
        ),
        // What a local run has and AWS has not: demo data, an identity, listeners, a banner.
        ("local", &["template"]),
        ("cli", &["template", "apigateway", "iam", "local", "sabotage"]),
    ],
};
