"""What can go wrong before a service of Google Cloud answers: credentials, and the way to it."""

from log_gardener.sources.google.failure import Kind
from log_gardener.sources.google.row import LOGIN, OWN_LOGIN, Says, make_row

# gRPC asks for the token itself, and calls what goes wrong with it UNAVAILABLE.
_TOKEN = (Kind.REFRESH, Kind.UNREACHABLE)

CREDENTIALS = (
    make_row(
        "credentials file missing",
        (Kind.CREDENTIALS,),
        Says(r"file .* was not found"),
        told="the credentials for {subject} are to be in {path}, and there is no such file",
        remedy=f"{OWN_LOGIN} (or name a file that is there: export GOOGLE_APPLICATION_CREDENTIALS=KEY.json)",
        why="the variable goes before all else, so signing in alone would change nothing",
    ),
    make_row(
        "client certificate",
        (Kind.CREDENTIALS,),
        Says(r"mutual tls|client cert|certificate config"),
        told="the client certificate for {subject} cannot be used ({text})",
        remedy="export GOOGLE_API_USE_CLIENT_CERTIFICATE=false (or have the certificate mended)",
        why="mutual TLS is set up by an administrator, and is off for everybody else",
    ),
    make_row(
        "no credentials",
        (Kind.CREDENTIALS,),
        Says(r"default credentials were not found|could not automatically determine"),
        told="there are no credentials to read {subject} with",
        remedy=f"{LOGIN} (on a machine of Google Cloud, give it a service account instead)",
        why="what most people meet first",
    ),
    make_row(
        "credentials file broken",
        (Kind.CREDENTIALS,),
        Says(r"\bfile .* (?:is not|does not|cannot)|failed to load"),
        told="the credentials for {subject} cannot be read from {path}",
        remedy=f"{OWN_LOGIN} (or name another file: export GOOGLE_APPLICATION_CREDENTIALS=KEY.json)",
        why="something is there, and is no key, or part of one; its text may quote the key, so it is not told",
    ),
    make_row(
        "credentials unusable",
        (Kind.CREDENTIALS,),
        told="the credentials for {subject} are none that can be used ({type})",
        remedy=OWN_LOGIN,
        why="the libraries have many words for it, and some quote the credentials",
    ),
    make_row(
        "clock wrong",
        _TOKEN,
        Says(r"short-lived token|reasonable timeframe|\biat\b.*future"),
        told="the credentials for {subject} are refused because this machine's clock is wrong",
        remedy="sudo timedatectl set-ntp true",
        why="a signed request bears its time, and is refused a few minutes off",
    ),
    make_row(
        "key deleted",
        _TOKEN,
        Says(r"invalid jwt signature|invalid signature for token"),
        told="the service account's key for {subject} is not valid any more",
        remedy="gcloud iam service-accounts keys create KEY.json --iam-account=ACCOUNT && "
        f"export GOOGLE_APPLICATION_CREDENTIALS=$PWD/KEY.json (or go without a key: {OWN_LOGIN})",
        why="a key that was deleted or disabled signs, but its signature is not known",
    ),
    make_row(
        "account gone",
        _TOKEN,
        Says(r"account not found|account .*(?:deleted|disabled)"),
        told="the account of the credentials for {subject} is deleted or disabled",
        remedy=f"{OWN_LOGIN} (or take another account: gcloud iam service-accounts list --project={{project}})",
        why="no new key and no sign-in of that account mends it",
    ),
    make_row(
        "impersonation denied",
        _TOKEN,
        Says(r"unable to acquire impersonated credentials"),
        told="the service account for {subject} may not be impersonated",
        remedy="gcloud iam service-accounts add-iam-policy-binding ACCOUNT --member={member} "
        "--role=roles/iam.serviceAccountTokenCreator",
        why="the caller's own credentials are good; one permission is missing",
    ),
    make_row(
        "machine without an account",
        _TOKEN,
        Says(r"compute engine metadata service"),
        told="this machine of Google Cloud has no service account to read {subject} with",
        remedy="gcloud compute instances set-service-account INSTANCE --service-account=ACCOUNT "
        "--scopes=cloud-platform",
        why="the metadata server answers, and has no token to give",
    ),
    make_row(
        "credentials expired",
        _TOKEN,
        Says(r"invalid_grant|invalid_rapt|reauth|expired or revoked"),
        told="the credentials for {subject} have expired or were revoked",
        remedy=LOGIN,
        why="sign-ins end after the hours that an organisation sets, or when a password changes",
    ),
    make_row(
        "credentials refused",
        (Kind.REFRESH,),
        told="the credentials for {subject} are refused ({text})",
        remedy=LOGIN,
        why="whatever else the token server says, only it knows",
    ),
)

NETWORK = (
    make_row(
        "proxy",
        (Kind.UNREACHABLE,),
        Says(r"proxyerror|proxy connect|tunnel connection failed|407 proxy|http proxy returned"),
        told="the proxy does not let {subject} be reached at {host}",
        remedy="env | grep -i _proxy (mend what it shows, or unset it)",
        why="a proxy that refuses looks like a service that does",
    ),
    make_row(
        "certificate",
        (Kind.UNREACHABLE,),
        Says(r"certificate.verify.failed"),
        told="the certificate of {host} is not trusted, so {subject} is not read",
        remedy="export REQUESTS_CA_BUNDLE=ROOT.pem GRPC_DEFAULT_SSL_ROOTS_FILE_PATH=ROOT.pem (the root that a proxy "
        "of yours signs with)",
        why="company proxies sign with roots of their own; turning the check off would give the token away",
    ),
    make_row(
        "name not found",
        (Kind.UNREACHABLE,),
        Says(
            r"name or service not known|name ?resolution|getaddrinfo|dns resolution|nodename nor|domain name not found"
        ),
        told="{host} has no address here, so {subject} cannot be reached",
        remedy="getent hosts www.googleapis.com (shows nothing where this machine has no network)",
        why="the name server's word; a machine without a network has none",
    ),
    make_row(
        "token unreachable",
        (Kind.UNREACHABLE,),
        Says(r"metadata from plugin failed.*(?:max retries|connection|timed? ?out)"),
        told="the token server cannot be reached, so {subject} is not read",
        remedy="curl -sSI https://oauth2.googleapis.com/ (shows what is wrong with network, firewall or proxy)",
        why="gRPC tells of the token's own request in the call's error",
    ),
    make_row(
        "token refused, says gRPC",
        (Kind.UNREACHABLE,),
        Says(r"metadata from plugin failed"),
        told="the credentials for {subject} are refused ({text})",
        remedy=LOGIN,
        why="the same as refused credentials, in the words of gRPC",
    ),
    make_row(
        "emulator away",
        (Kind.UNREACHABLE,),
        Says(r"(?:host='|ipv[46]:(?:%5B)?)(?:127\.\d|::1|localhost)"),
        told="nothing answers at {host}, where an emulator is to be for {subject}",
        remedy="unset PUBSUB_EMULATOR_HOST STORAGE_EMULATOR_HOST (or start it; log-gardener.toml may name it)",
        why="nothing of Google's is on this machine, so that the network is not to blame",
    ),
    make_row(
        "service away",
        (Kind.UNREACHABLE,),
        Says(r"currently unavailable|service unavailable|temporarily unavailable|try again"),
        told="{subject} is not available at the moment",
        remedy="try again in a few minutes; curl -sS https://status.cloud.google.com/incidents.json | head -c 2000",
        why="the service did answer: it asks for patience",
    ),
    make_row(
        "no answer in time",
        (Kind.UNREACHABLE,),
        Says(r"deadline|timed? ?out|timeout"),
        told="{subject} did not answer in time",
        remedy="try again, with a shorter window such as --since 1h if it is large; "
        "curl -sSI https://www.googleapis.com/ (shows whether Google is reached from here)",
        why="a slow network and a slow query look the same from here",
    ),
    make_row(
        "no connection",
        (Kind.UNREACHABLE,),
        told="{subject} cannot be reached at {host}",
        remedy="curl -sSI https://www.googleapis.com/ (shows what is wrong with network, firewall or proxy)",
        why="the connection was refused, reset or broke",
    ),
)
