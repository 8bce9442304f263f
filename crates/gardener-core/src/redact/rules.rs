//! The table: what is taken out by its own look, and why each rule is as it is.
//!
//! The shapes are those that providers document. A pattern is tried only where one of its keywords
//! stands, and must match from there, so that a text without keywords costs one pass.

use super::checks::{has_digit, is_base64_json, is_base64_login, is_cased, is_mixed, is_placeholder, is_random};

/// A kind of secret that is known by its look.
pub(super) struct Rule {
    /// What marks call it.
    pub(super) kind: &'static str,
    /// Texts at which the pattern begins, spelt as it spells them; in lower case where it ignores case.
    pub(super) keywords: &'static [&'static str],
    /// What follows; the group `s` is the secret, or all of it where there is none; `c` what is checked, else the secret.
    pub(super) pattern: &'static str,
    /// Whether it must begin a word, since its keyword is short enough to end another.
    pub(super) is_word: bool,
    /// What of the text before the keyword belongs to the secret.
    pub(super) lead: Lead,
    /// What the pattern cannot say.
    pub(super) check: fn(&str) -> bool,
    pub(super) reason: &'static str,
}

impl Rule {
    /// Whether the pattern ignores case, and its keywords with it.
    pub(super) fn is_of_any_case(&self) -> bool {
        self.pattern.starts_with("(?i)")
    }
}

/// What may stand before a keyword and belong to the secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    None,
    Digits,
    Hex,
    Word,
}

use Lead::None as NoLead;

const ANY: fn(&str) -> bool = |_| true;

/// The table, the most specific first.
pub(super) const RULES: &[Rule] = &[
    Rule {
        kind: "private-key",
        keywords: &["-----BEGIN "],
        pattern: r#"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<s>(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash): ?[^\r\n\\]{1,100}|[A-Za-z0-9+/=\s]|\\+[nrt"]|["',]\s*[+.]?\s*\\*["']?|<[a-z0-9*-]+(?::[0-9a-f]{4})?>)+)"#,
        is_word: false,
        lead: NoLead,
        check: |body| body.len() >= 16 && !super::mark::is_only_atoms(body.trim()),
        reason: "a PEM private key (RFC 7468) up to its end or to where it breaks off, also with newlines spelt out",
    },
    Rule {
        kind: "jwt",
        keywords: &["eyj", "eyJ", "ewo", "ewO", "eya", "eyA"],
        pattern: r"(?P<c>e[yw][A-Za-z0-9_-]{8,}=?=?)\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){0,3}",
        is_word: false,
        lead: NoLead,
        check: is_base64_json,
        reason: "a JSON web token (RFC 7519): three or five parts, the first of which is JSON in base64",
    },
    Rule {
        kind: "jwt",
        keywords: &["ZXlK"],
        pattern: r"ZXlK[A-Za-z0-9+/_-]{20,}={0,2}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a JSON web token that is wrapped in base64 once more",
    },
    Rule {
        kind: "gcp-api-key",
        keywords: &["AIza"],
        pattern: r"AIza[A-Za-z0-9_-]{30,}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a Google API key",
    },
    Rule {
        kind: "gcp-token",
        keywords: &["ya29."],
        pattern: r"ya29\.[A-Za-z0-9_.-]{20,}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a Google OAuth access token",
    },
    Rule {
        kind: "gcp-token",
        keywords: &["1//0"],
        pattern: r"1//0[A-Za-z0-9_-]{30,}",
        is_word: true,
        lead: NoLead,
        check: ANY,
        reason: "a Google OAuth refresh token",
    },
    Rule {
        kind: "gcp-client-secret",
        keywords: &["GOCSPX-"],
        pattern: r"GOCSPX-[A-Za-z0-9_-]{20,}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a Google OAuth client secret",
    },
    Rule {
        kind: "github-token",
        keywords: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        pattern: r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,})",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a token of GitHub: personal, OAuth, app, refresh",
    },
    Rule {
        kind: "gitlab-token",
        keywords: &["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-", "gloas-", "glimt-", "glffct-", "glwt-"],
        pattern: r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|imt|ffct|wt)-[A-Za-z0-9_.-]{18,}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a token of GitLab: personal, deploy, runner, job, trigger, feed, agent",
    },
    Rule {
        kind: "aws-key",
        keywords: &["AKIA", "ASIA", "ABIA", "ACCA"],
        pattern: r"(?P<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?:[^A-Z0-9]|$)",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "an access key id of AWS",
    },
    Rule {
        kind: "aws-secret",
        keywords: &["AKIA", "ASIA"],
        pattern: r"(?s)(?:AKIA|ASIA)[A-Z0-9]{16}.{0,200}?[^A-Za-z0-9/+](?P<s>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+]|$)",
        is_word: false,
        lead: NoLead,
        check: |value| is_mixed(value) && is_random(value),
        reason: "the 40 characters of an AWS secret near their access key id",
    },
    Rule {
        kind: "azure-key",
        keywords: &["accountkey=", "sharedaccesskey=", "accesskey="],
        pattern: r"(?i)(?:account|sharedaccess|access)key=(?P<s>[A-Za-z0-9+/]{20,}={0,2})",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "the key of an Azure storage account, bus or hub in its connection string",
    },
    Rule {
        kind: "slack-token",
        keywords: &["xox", "xapp-", "xoxe."],
        pattern: r"(?:xox[a-z](?:\.xox[a-z])?-|xapp-)[A-Za-z0-9_-]{10,}",
        is_word: false,
        lead: NoLead,
        check: has_digit,
        reason: "a token of Slack: bot, user, app, legacy",
    },
    Rule {
        kind: "slack-token",
        keywords: &["hooks.slack.com"],
        pattern: r"hooks\.slack\.com\\?/(?:services|workflows|triggers)\\?/(?P<s>[A-Za-z0-9_/\\-]{20,})",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "the path of a Slack webhook: who knows it can write",
    },
    Rule {
        kind: "provider-key",
        keywords: &["discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "webhook.office.com/"],
        pattern: r"(?i)(?:discord(?:app)?\.com/api/webhooks/[0-9]+|webhook\.office\.com/webhookb2)/(?P<s>[A-Za-z0-9_@/-]{20,})",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "the path of a webhook of Discord or Teams: who knows it can write",
    },
    Rule {
        kind: "stripe-key",
        keywords: &["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "pk_test_", "whsec_"],
        pattern: r"(?:[srp]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{16,}={0,2})",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a key of Stripe or the secret of a webhook",
    },
    Rule {
        kind: "sendgrid-key",
        keywords: &["SG."],
        pattern: r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",
        is_word: true,
        lead: NoLead,
        check: is_mixed,
        reason: "a key of SendGrid",
    },
    Rule {
        kind: "provider-key",
        keywords: &["sk-", "sk_", "pk-lf-", "xai-", "gsk_", "pplx-", "r8_", "hf_", "api_org_", "dapi", "key-", "re_", "rpa_"],
        pattern: r"(?:sk-(?:ant-|proj-|svcacct-|admin-|or-v1-|lf-)?[A-Za-z0-9_-]{20,}|sk_[0-9a-z]{40,}|pk-lf-[A-Za-z0-9_-]{20,}|xai-[A-Za-z0-9_]{40,}|gsk_[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}|(?:hf_|api_org_)[A-Za-z0-9]{30,}|dapi[0-9a-f]{32}(?:-[0-9])?|key-[0-9a-f]{32}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}|rpa_[A-Z0-9]{30,})",
        is_word: true,
        lead: NoLead,
        check: |value| (has_digit(value) || value.starts_with("hf_") || value.starts_with("api_org_")) && super::checks::changes(value) >= 0.12,
        reason: "a key of OpenAI, Anthropic, Hugging Face, Databricks, Mailgun and the like: short prefix, long random rest",
    },
    Rule {
        kind: "provider-key",
        keywords: &[
            "npm_", "pypi-", "dop_v1_", "doo_v1_", "dor_v1_", "hvs.", "hvb.", "hvr.", "glsa_", "glc_", "shpat_", "shpss_", "shpca_", "shppa_",
            "sq0atp-", "sq0csp-", "sq0idp-", "EAAA", "sntrys_", "sntryu_", "lin_api_", "secret_", "ntn_", "PMAK-", "NRAK-", "NRJS-", "NRII-",
            "dp.pt.", "dp.st.", "dp.sa.", "rubygems_", "figd_", "pat-na1-", "pat-eu1-", "pscale_", "sbp_", "sb_secret_", "tfp_", "ATATT3x", "ATCTT3x",
            "dckr_pat_", "dckr_oat_", "duffel_", "EZAK", "EZT", "fo1_", "HRKU-", "phx_", "phc_", "tskey-", "ops_eyJ", "AGE-SECRET-KEY-1",
            "rdme_", "ghv_", "CFPAT-", "CLOJARS_", "v1.0-", "bkua_", "CCIPAT_", "nfp_", "pnu_", "pul-", "rnd_", "waka_", "xkeysib-", "shippo_live_", "shippo_test_",
        ],
        pattern: r"(?:npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|do[por]_v1_[0-9a-f]{40,}|hv[sbr]\.[A-Za-z0-9_-]{20,}|glsa_[A-Za-z0-9_]{30,}|glc_[A-Za-z0-9+/]{30,}={0,2}|shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}|sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,}|EAAA[A-Za-z0-9_-]{56,}|sntry[su]_[A-Za-z0-9_+/=-]{30,}|lin_api_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{40,}|ntn_[A-Za-z0-9]{40,}|PMAK-[0-9a-f]{20,}-[0-9a-f]{30,}|NR(?:AK|JS|II)-[A-Za-z0-9_-]{15,}|dp\.(?:pt|st|sa)\.[A-Za-z0-9_.]{30,}|rubygems_[0-9a-f]{40,}|figd_[A-Za-z0-9_-]{30,}|pat-(?:na|eu)1-[0-9a-f-]{36}|pscale_(?:pw|tkn|oauth)_[A-Za-z0-9_=.-]{30,}|sbp_[0-9a-f]{40}|sb_secret_[A-Za-z0-9_-]{20,}|tfp_[A-Za-z0-9_-]{30,}|AT(?:A|C)TT3x[A-Za-z0-9_=+/-]{40,}|dckr_[po]at_[A-Za-z0-9_-]{20,}|duffel_(?:live|test)_[A-Za-z0-9_-]{30,}|EZ[AT]K[A-Za-z0-9]{40,}|fo1_[A-Za-z0-9_-]{40,}|HRKU-[A-Za-z0-9_-]{30,}|ph[cx]_[A-Za-z0-9]{30,}|tskey-[a-z]+-[A-Za-z0-9_-]{15,}|ops_eyJ[A-Za-z0-9_+/=-]{60,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}|rdme_[a-z0-9]{60,}|ghv_[A-Za-z0-9]{30,}|CFPAT-[A-Za-z0-9_-]{30,}|CLOJARS_[a-z0-9]{50,}|bkua_[a-z0-9]{36,}|CCIPAT_[A-Za-z0-9_]{20,}|nfp_[A-Za-z0-9]{30,}|pnu_[A-Za-z0-9]{30,}|pul-[0-9a-f]{40}|rnd_[A-Za-z0-9]{25,}|waka_[0-9a-f-]{36}|xkeysib-[0-9a-f]{60,}(?:-[A-Za-z0-9]+)?|shippo_(?:live|test)_[0-9a-f]{40}|v1\.0-[0-9a-f]{20,}-[0-9a-f]{100,})",
        is_word: false,
        lead: NoLead,
        check: |value| has_digit(value) || is_cased(value),
        reason: "a key of npm, PyPI, DigitalOcean, Vault, Grafana, Shopify, Square, Sentry and the like, by its documented prefix",
    },
    Rule {
        kind: "token",
        keywords: &["bearer ", "bearer\\t", "bearer%20", "bearer+"],
        pattern: r"(?i)bearer(?:[ \t+]|%20|\\t)+(?P<s>[A-Za-z0-9._~+/-]{8,}={0,2})",
        is_word: true,
        lead: NoLead,
        check: |value| (is_random(value) || has_digit(value) && value.len() >= 12) && !is_placeholder(value),
        reason: "a bearer token (RFC 6750) without the name of its header",
    },
    Rule {
        kind: "password",
        keywords: &["basic "],
        pattern: r"(?i)basic (?P<s>[A-Za-z0-9+/_-]{4,}={0,2})",
        is_word: true,
        lead: NoLead,
        check: is_base64_login,
        reason: "user and password in base64 (RFC 7617)",
    },
    Rule {
        kind: "password",
        keywords: &["identified by ", "with password "],
        pattern: r#"(?i)(?:identified by|with password) (?:password )?\\?['"](?P<s>[^'"\\]{1,150})"#,
        is_word: true,
        lead: NoLead,
        check: |value| !is_placeholder(value),
        reason: "a password in SQL",
    },
    Rule {
        kind: "password",
        keywords: &["sshpass -p", "redis-cli ", "mysql", "mariadb", "requirepass ", "masterauth ", "login "],
        pattern: r#"(?i)(?:sshpass -p ?|redis-cli [^\n]{0,200}?(?:-a|--pass) |(?:mysql|mysqldump|mysqladmin|mariadb) [^\n]{0,200}?-p|(?:requirepass|masterauth) |login [^\s]{1,100} password )\\?['"]?(?P<s>[^\s'"\\]{3,150})"#,
        is_word: true,
        lead: NoLead,
        check: |value| !is_placeholder(value),
        reason: "a password on a command line, in .netrc or in the configuration of Redis",
    },
    Rule {
        kind: "password",
        keywords: &["jdbc:oracle:thin:"],
        pattern: r"(?i)jdbc:oracle:thin:[^/\s@]{1,100}/(?P<s>[^@\s]{1,150})@",
        is_word: true,
        lead: NoLead,
        check: |value| !is_placeholder(value),
        reason: "a password in an address of Oracle",
    },
    Rule {
        kind: "telegram-token",
        keywords: &[":A"],
        pattern: r":A[A-Za-z0-9_-]{33,}",
        is_word: false,
        lead: Lead::Digits,
        check: |value| value.find(':').is_some_and(|digits| digits >= 6),
        reason: "a token of a Telegram bot: its number, a colon and 34 or 35 characters",
    },
    Rule {
        kind: "private-key",
        keywords: &["LS0tLS1CRUdJTi"],
        pattern: r"LS0tLS1CRUdJTi[A-Za-z0-9+/_=-]{40,}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "PEM that is wrapped in base64",
    },
    Rule {
        kind: "password",
        keywords: &["X2pzb25fa2V5"],
        pattern: r"X2pzb25fa2V5[A-Za-z0-9+/_-]{20,}={0,2}",
        is_word: false,
        lead: NoLead,
        check: ANY,
        reason: "a service account's key as the password of a registry, in base64",
    },
    Rule {
        kind: "provider-key",
        keywords: &["8Q~", "7Q~"],
        pattern: r"[78]Q~[A-Za-z0-9_~.-]{31,}",
        is_word: false,
        lead: Lead::Word,
        check: |value| value.len() >= 37,
        reason: "a client secret of Azure (Entra ID): 8Q~ behind three characters",
    },
    Rule {
        kind: "provider-key",
        keywords: &["-us"],
        pattern: r"-us[0-9]{1,2}",
        is_word: false,
        lead: Lead::Hex,
        check: |value| value.find('-') == Some(32),
        reason: "a key of Mailchimp: 32 hexadecimal digits and a data centre",
    },
    Rule {
        kind: "provider-key",
        keywords: &[".atlasv1.", ":APA91b"],
        pattern: r"(?:\.atlasv1\.[A-Za-z0-9_=-]{40,}|:APA91b[A-Za-z0-9_-]{60,})",
        is_word: false,
        lead: Lead::Word,
        check: ANY,
        reason: "a token of Terraform Cloud, a server's key of Firebase: what tells them is in the middle",
    },
    Rule {
        kind: "provider-key",
        keywords: &["pat", "LTAI", "AKC", "API-", "sl.", "oy2", "ATBB", "rzp_live_", "rzp_test_", "sqp_", "squ_", "sqa_", "sgp_", "sha256~", "dt0c01.", "dt0s", "hcaik_", "lsv2_", "nvapi-", "aio_", "access_token$", "FLWSECK", "access-sandbox-", "access-development-", "access-production-", "FlyV1 ", "fm2_", "lin_oauth_", "dp.ct.", "dp.audit.", "dp.scim.", "fm1r_", "fo1_"],
        pattern: r"(?:pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|LTAI[A-Za-z0-9]{12,}|AKC[A-Za-z0-9]{40,}|API-[A-Z0-9]{25,}|sl\.[A-Za-z0-9_-]{60,}|oy2[a-z0-9]{43}|ATBB[A-Za-z0-9]{24,}|rzp_(?:live|test)_[A-Za-z0-9]{14,}|sq[pua]_[0-9a-f]{40}|sgp_[0-9a-f_]{40,}|sha256~[A-Za-z0-9_-]{40,}|dt0[cs][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{60,}|hcaik_[a-z0-9]{50,}|lsv2_[a-z]{2}_[0-9a-f_]{40,}|nvapi-[A-Za-z0-9_-]{50,}|aio_[A-Za-z0-9]{26,}|access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[0-9a-f]{32}|FLWSECK(?:_TEST)?-[0-9a-zA-Z]{12,}(?:-X)?|access-(?:sandbox|development|production)-[0-9a-f-]{36}|FlyV1 (?P<s>fm[0-9][a-z]?_[A-Za-z0-9+/=_,-]{20,})|fm[0-9][a-z]?_[A-Za-z0-9+/=_-]{40,}|fo1_[A-Za-z0-9_-]{30,}|lin_oauth_[0-9a-f]{40,}|dp\.(?:ct|audit|scim)\.[A-Za-z0-9]{30,})",
        is_word: true,
        lead: NoLead,
        check: ANY,
        reason: "a key of Airtable, Alibaba, Artifactory, Octopus, Dropbox, NuGet, Bitbucket, Razorpay, SonarQube, OpenShift and the like",
    },
];

/// The reason for each kind that is not found by a look of its own.
pub(super) const OTHERS: &[(&str, &str)] = &[
    ("password", "a value named so, in an assignment, a member, a header, a flag or a URL's user part"),
    ("cookie", "what Cookie and Set-Cookie hold"),
    ("token", "a value named so, credentials of the header Authorization, a session's id that is random"),
    ("secret", "a value named secret, key, credential or signature: what opens something, or is random"),
    ("private-key", "a line of base64 alone, as a key's when each line is an entry"),
    ("key-id", "the id of a service account's key, which tells whose it is"),
    ("email", "an e-mail address; names of units and of files with @ stay"),
    ("ip", "a public IPv4 or IPv6 address; 0.0.0.0, loopback, private and link-local ones mean something and stay"),
    ("provider-key", "three parts of base64 with dots between them, of the lengths of a Discord bot's token"),
    ("twilio-key", "SK or AC and 32 hexadecimal digits: a key or an account of Twilio"),
    ("card", "13 to 19 digits that begin as cards do and have a valid checksum (Luhn, ISO/IEC 7812-1)"),
    ("phone", "a phone number in an international spelling (E.164), a North American one, or a member named so"),
    ("principal", "the subject of who called, as audit entries name it"),
    ("agent", "the agent of who called"),
    ("user", "the name of a person's folder"),
];
