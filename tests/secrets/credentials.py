"""Secrets that are told by what they are built of: tokens in parts, addresses with passwords, headers, cookies."""

import json
from random import Random
from urllib.parse import quote

from tests.secrets.assigned import draw_password, draw_value
from tests.secrets.drawing import fill, wrap64
from tests.secrets.secret import Kind, Secret

# Schemes whose address may carry a user and a password.
SCHEMES = (
    *("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2", "cockroachdb", "mysql", "mysql+pymysql"),
    *("mariadb", "mongodb", "mongodb+srv", "redis", "rediss", "amqp", "amqps", "mssql", "mssql+pyodbc", "sqlserver"),
    *("oracle", "clickhouse", "cassandra", "neo4j", "neo4j+s", "bolt", "couchbase", "snowflake", "redshift", "trino"),
    *("ldap", "ldaps", "smtp", "smtps", "imap", "ftp", "ftps", "sftp", "ssh", "http", "https", "nats", "kafka", "mqtt"),
    *("elasticsearch", "influxdb", "memcached", "socks5", "git+https", "s3", "rtsp", "ws", "wss", "vertica", "db2"),
)
# What is said of a token in an address.
QUERY_NAMES = (
    *("access_token", "api_key", "apikey", "key", "token", "auth_token", "refresh_token", "id_token", "client_secret"),
    *("password", "secret", "sig", "signature", "X-Amz-Signature", "X-Goog-Signature", "X-Amz-Security-Token"),
)
BEARER_NAMES = ("Authorization", "Proxy-Authorization", "X-Forwarded-Authorization", "authorization")
KEY_HEADERS = (
    *(
        "X-Api-Key",
        "X-Auth-Token",
        "X-Access-Token",
        "X-Amz-Security-Token",
        "X-Goog-Api-Key",
        "Api-Key",
        "X-CSRF-Token",
    ),
    *(
        "Private-Token",
        "X-Vault-Token",
        "DD-API-KEY",
        "Ocp-Apim-Subscription-Key",
        "X-Gitlab-Token",
        "X-Shopify-Access-Token",
    ),
)


def make_jwt(draw: Random) -> Secret:
    """Header, claims and signature."""
    head = {"alg": draw.choice(("RS256", "HS256", "ES256")), "typ": "JWT"}
    if draw.random() < 0.5:
        head["kid"] = fill("{hex:40}", draw)
    claims = {"sub": fill("{d:21}", draw), "iss": "https://issuer.example.com", "exp": draw.randrange(10**9, 2 * 10**9)}
    parts = [
        wrap64(json.dumps(one, separators=(",", ":")), is_url_safe=True, has_padding=False) for one in (head, claims)
    ]
    return Secret(
        ".".join([*parts, fill("{url:43}" if head["alg"] == "HS256" else "{url:342}", draw)]), name="id token"
    )


def make_wrapped_jwt(draw: Random) -> Secret:
    """A token as the value of a base64 field."""
    return Secret(wrap64(make_jwt(draw).text, has_padding=draw.random() < 0.5), name="assertion")


def make_encrypted_jwt(draw: Random) -> Secret:
    """Five parts: header, key, vector, text and tag."""
    head = wrap64('{"alg":"RSA-OAEP","enc":"A256GCM"}', is_url_safe=True, has_padding=False)
    return Secret(f"{head}." + fill("{url:342}.{url:16}.{url:120}.{url:22}", draw), name="id token")


def make_address(draw: Random) -> Secret:
    """A user and a password before a host; the password as addresses spell it, or as careless people do."""
    password = draw_password(draw)
    spelt = quote(password, safe="") if draw.random() < 0.5 else password.translate({ord(one): "_" for one in "/?#@ "})
    user = draw.choice(("app", "shop_rw", "admin", "root", ""))
    host = draw.choice(("db.internal:5432", "10.0.0.5:6379", "cache-1.svc.cluster.local", "localhost:3306", "db/shop"))
    return Secret(f"{draw.choice(SCHEMES)}://{user}:{spelt}@{host}/shop", hidden=(spelt,), name="database url")


def make_careless_address(draw: Random) -> Secret:
    """A password with a sign in it that ought to be escaped."""
    spelt = fill("{an:6}", draw) + draw.choice("@:#") + fill("{an:6}", draw)
    return Secret(f"{draw.choice(SCHEMES)}://app:{spelt}@db.internal:5432/shop", hidden=(spelt,), name="dsn")


def make_token_address(draw: Random) -> Secret:
    """A token as user or password of a repository's address."""
    token = fill(draw.choice(("ghs_{an:36}", "glpat-{url:20}", "{hex:40}")), draw)
    user = draw.choice(("x-access-token", "oauth2", "gitlab-ci-token", "git"))
    return Secret(f"https://{user}:{token}@git.example.com/shop/web.git", hidden=(token,), name="remote")


# What stands before and behind the password of a database in words of its own.
STRINGS = (
    ("jdbc:postgresql://db:5432/shop?user=app&password=", "&ssl=true"),
    ("jdbc:mysql://db/shop?user=app&password=", ""),
    ("jdbc:sqlserver://db:1433;databaseName=shop;user=app;password=", ";encrypt=true"),
    ("jdbc:oracle:thin:scott/", "@//db:1521/shop"),
    ("Server=db;Database=shop;User Id=app;Password=", ";Encrypt=True"),
    ("Server=db;Uid=app;Pwd=", ";Port=3306"),
    ("Driver={ODBC Driver 18};Server=db;UID=app;PWD=", ";TrustServerCertificate=yes"),
    ("host=db user=app password=", " dbname=shop sslmode=require"),
    ("app:", "@tcp(db:3306)/shop?parseTime=true"),
    ("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=", ";EndpointSuffix=core.windows.net"),
    ("Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=", ""),
)


def make_connection_string(draw: Random) -> Secret:
    """The address of a database in the words of its driver."""
    before, behind = draw.choice(STRINGS)
    shape = "{b64:43}=" if "AccessKey" in before else "{b64:86}==" if "AccountKey" in before else ""
    password = fill(shape, draw) if shape else fill("{an:8-20}", draw)
    return Secret(f"{before}{password}{behind}", hidden=(password,), name="connection string")


def make_query(draw: Random) -> Secret:
    """An address that says its secret."""
    name = draw.choice(QUERY_NAMES)
    shape = "{hex:64}" if "ignature" in name else "{b64:43}%3D" if name == "sig" else "{url:32-64}"
    value = fill(shape, draw).replace("+", "%2B").replace("/", "%2F")
    before = draw.choice(("?", "?page=2&", "?se=2026-01-01T00%3A00%3A00Z&sp=r&"))
    behind = draw.choice(("", "&next=1", "#top"))
    return Secret(f"https://api.example.com/v1/orders{before}{name}={value}{behind}", hidden=(value,), name="url")


def make_hook(draw: Random) -> Secret:
    """An address that is the secret."""
    shapes = (
        ("https://hooks.slack.com/services/", "T{un:8}/B{un:10}/{an:24}"),
        ("https://hooks.slack.com/workflows/", "T{un:8}/A{un:10}/{d:18}/{an:24}"),
        ("https://discord.com/api/webhooks/", "{d:18}/{url:68}"),
        ("https://discordapp.com/api/webhooks/", "{d:19}/{url:68}"),
        ("https://shop.webhook.office.com/webhookb2/", "{uuid}@{uuid}/IncomingWebhook/{hex:32}/{uuid}"),
        ("https://api.telegram.org/bot", "{d:10}:AA{url:33}/sendMessage"),
    )
    before, shape = draw.choice(shapes)
    secret = fill(shape, draw)
    return Secret(
        before + secret, hidden=(max(secret.replace("/sendMessage", "").split("/"), key=len),), name="webhook url"
    )


def make_aws_pair(draw: Random) -> Secret:
    """The id of a key with its secret, and at times a session's token."""
    key, secret = fill("AKIA{b32:16}", draw), fill("{b64:40}", draw)
    layouts = (
        "aws_access_key_id={0} aws_secret_access_key={1}",
        "AWS_ACCESS_KEY_ID={0} AWS_SECRET_ACCESS_KEY={1}",
        "AccessKeyId: {0}, SecretAccessKey: {1}",
        "{0}:{1}",
        "{0},{1}",
        "accessKey={0}; secretKey={1}",
        "key {0} with secret {1}",
    )
    return Secret(draw.choice(layouts).format(key, secret), hidden=(key, secret), name="credentials")


def make_scheme(draw: Random) -> Secret:
    """The value of an Authorization header, of any scheme."""
    token = draw_value(draw)
    basic = wrap64(f"app:{draw_password(draw)}")
    signed = fill("{hex:64}", draw)
    scope = f"AWS4-HMAC-SHA256 Credential={fill('AKIA{b32:16}', draw)}/20251103/eu-west-1/s3/aws4_request"
    schemes = (
        (f"Bearer {token}", token),
        (f"bearer {token}", token),
        (f"Basic {basic}", basic),
        (f"Token {token}", token),
        (f"ApiKey {token}", token),
        (f"token {token}", token),
        (f"Negotiate {basic}", basic),
        (f"SSWS {token}", token),
        (f"GenieKey {token}", token),
        (f"{scope}, SignedHeaders=host, Signature={signed}", signed),
        (f'Digest username="ann", realm="shop", response="{signed[:32]}"', signed[:32]),
        (token, token),
    )
    text, hidden = draw.choice(schemes)
    return Secret(text, hidden=(hidden,), name=draw.choice(BEARER_NAMES))


def make_bearer(draw: Random) -> Secret:
    """A scheme with its token, wherever it is said."""
    token = draw_value(draw, least=20)
    return Secret(f"Bearer {token}", hidden=(token,), name="authorization")


def make_basic(draw: Random) -> Secret:
    """User and password as the scheme wraps them."""
    pair = wrap64(f"{fill('{lo:5-9}', draw)}:{draw_password(draw)}")
    return Secret(f"Basic {pair}", hidden=(pair,), name="authorization")


def make_key_header(draw: Random) -> Secret:
    """The value of a header that is a key."""
    return Secret(draw_value(draw), name=draw.choice(KEY_HEADERS))


def make_cookie(draw: Random) -> Secret:
    """What a browser sends."""
    session, token = fill("{an:32}", draw), fill("{url:43}", draw)
    text = draw.choice((f"sessionid={session}; theme=dark; csrftoken={token}", f"_ga=GA1.2; sid={session}; t={token}"))
    return Secret(text, hidden=(session, token), name=draw.choice(("Cookie", "cookie")))


def make_set_cookie(draw: Random) -> Secret:
    """What a server asks a browser to keep."""
    session = fill("{url:40}", draw)
    name = draw.choice(("JSESSIONID", "connect.sid", "__Host-auth", "laravel_session", "PHPSESSID", "id"))
    return Secret(
        f"{name}={session}; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
        hidden=(session,),
        name=draw.choice(("Set-Cookie", "set-cookie")),
    )


_BARE, _HEADER = frozenset({"bare"}), frozenset({"header"})
CREDENTIALS = (
    Kind("jwt", make_jwt, _BARE),
    Kind("jwt in base64", make_wrapped_jwt, _BARE),
    Kind("encrypted jwt", make_encrypted_jwt, _BARE),
    Kind("address with password", make_address, _BARE),
    Kind("address with a careless password", make_careless_address, _BARE),
    Kind("address of a repository with token", make_token_address, _BARE),
    Kind("connection string", make_connection_string, _BARE),
    Kind("secret in a query", make_query, _BARE),
    Kind("webhook", make_hook, _BARE),
    Kind("aws key with its secret", make_aws_pair, _BARE),
    Kind("bearer", make_bearer, _BARE),
    Kind("basic", make_basic, _BARE),
    Kind("authorization header", make_scheme, _HEADER),
    Kind("header with a key", make_key_header, _HEADER),
    Kind("cookie header", make_cookie, _HEADER),
    Kind("set-cookie header", make_set_cookie, _HEADER),
)
