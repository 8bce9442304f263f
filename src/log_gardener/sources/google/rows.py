"""All that can go wrong with Google Cloud, as a table: how it is known, what is said, and why that is said.

The first row that fits counts, so what is particular stands before what is general.
"""

from log_gardener.sources.google.access_rows import CREDENTIALS, NETWORK
from log_gardener.sources.google.failure import Kind
from log_gardener.sources.google.roles import PERMISSION
from log_gardener.sources.google.row import LOGIN, SET_SCOPES, Says, make_row

_SETTING = (
    make_row(
        "API disabled",
        (),
        Says(
            r"has not been used in project .* before or it is disabled|api is not enabled",
            ("SERVICE_DISABLED", "accessNotConfigured"),
        ),
        told="{api} is not enabled for {subject}",
        remedy="gcloud services enable {service} --project={payer} (takes effect within minutes)",
        why="enabling it needs another permission than reading does, so an administrator may have to",
    ),
    make_row(
        "no quota project",
        (),
        Says(
            r"requires a quota project|end user credentials from the google cloud sdk|without a quota project"
            r"|requester pays bucket but no user project|using local application default credentials"
        ),
        told="a user's credentials need a project that is charged for {subject}",
        remedy="gcloud auth application-default set-quota-project {project}",
        why="the client's own project, which is Google's, may not be charged",
    ),
    make_row(
        "quota project denied",
        (Kind.DENIED,),
        Says(r"permission to use project|serviceusage\.services\.use\b", ("USER_PROJECT_DENIED",)),
        told="the quota project {payer} may not be charged for {subject}; roles/serviceusage.serviceUsageConsumer "
        "grants it",
        remedy="{use}",
        why="the project that pays may be another one than the project that is read",
    ),
    make_row(
        "billing disabled",
        (),
        Says(r"requires billing to be enabled|billing account .* is disabled", ("BILLING_DISABLED", "accountDisabled")),
        told="billing is not enabled for project {payer}, so {subject} is not read",
        remedy="gcloud billing projects link {payer} --billing-account=ACCOUNT",
        why="reading logs is free, but some APIs ask for it all the same",
    ),
    make_row(
        "service perimeter",
        (Kind.DENIED,),
        Says(
            r"vpcservicecontrols|vpc service controls|prohibited by organization's policy",
            ("SECURITY_POLICY_VIOLATED", "vpcServiceControls"),
        ),
        told="a perimeter of VPC Service Controls keeps {subject} from being read from here ({text})",
        remedy="gcloud access-context-manager perimeters list --policy=POLICY (ask for an ingress rule, or run inside)",
        why="no role mends that; the id in the text is what an administrator looks it up by",
    ),
    make_row(
        "scopes too narrow",
        (),
        Says(
            r"insufficient authentication scopes|invalid_scope",
            ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScopes"),
        ),
        told="the access token was not made for reading {subject}",
        remedy=f"{LOGIN} (a machine of Google Cloud: {SET_SCOPES})",
        why="roles do not help where the token itself is limited",
    ),
    make_row(
        "project gone",
        (Kind.DENIED, Kind.NOT_FOUND, Kind.INVALID),
        Says(
            r"project does not exist|project .*(?:has been deleted|not found or deleted)|unknown project"
            r"|project not found|requested project was not found",
            ("CONSUMER_INVALID", "CONSUMER_SUSPENDED", "RESOURCE_PROJECT_INVALID"),
        ),
        told="there is no project {project}, or it was deleted, or these credentials may not know of it, so {subject} "
        "is not read",
        remedy="gcloud projects list",
        why="the service calls that a denial where it may not tell whether a project is there",
    ),
)

_REFUSALS = (
    make_row(
        "answer too large",
        (Kind.EXHAUSTED,),
        Says(r"message larger than max"),
        told="an answer about {subject} is larger than this release takes ({text})",
        remedy="read a shorter window, such as --since 1h",
        why="gRPC calls that exhausted too, but it has nothing to do with quotas",
    ),
    make_row(
        "quota used up",
        (Kind.EXHAUSTED, Kind.DENIED),
        Says(
            r"quota exceeded|rate limit exceeded|exhausted.*quota|quota.*exhausted",
            ("RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"),
        ),
        told="the quota of {metric} is used up for {subject}, which all who ask for the project share",
        remedy="wait a minute, or ask less often (reads_per_minute in log-gardener.toml), or ask for more: gcloud "
        "quotas preferences create --service={service} --project={payer} --quota-id={quota} --preferred-value=NUMBER",
        why="quotas are counted by the minute, so patience mends most of it",
    ),
    make_row(
        "quota used up, without a name",
        (Kind.EXHAUSTED,),
        told="a quota is used up for {subject}, which all who ask for the project share",
        remedy="wait a minute, or ask less often (reads_per_minute in log-gardener.toml); what there is: gcloud quotas "
        "info list --service={service} --project={project}",
        why="the service does not always say which",
    ),
    make_row(
        "permission denied",
        (Kind.DENIED,),
        Says(PERMISSION, ("IAM_PERMISSION_DENIED",)),
        told="{permission} is denied on {subject}; {role} grants it",
        remedy="{grant}",
        why="the permission is named, so the least role is known",
    ),
    make_row(
        "denied",
        (Kind.DENIED,),
        told="reading {subject} is denied ({text})",
        remedy="log-gardener doctor {address} (shows whose credentials are used, and what they lack)",
        why="the service does not say which permission it misses",
    ),
    make_row(
        "token refused",
        (Kind.UNAUTHENTICATED,),
        told="the credentials are not valid for {subject}, or have expired",
        remedy=LOGIN,
        why="the service got a token that it does not know",
    ),
    make_row(
        "not found",
        (Kind.NOT_FOUND,),
        told="there is no {subject}, or none that these credentials may know of ({text})",
        remedy="log-gardener doctor {address} (shows whose credentials are used); then look at the name",
        why="a service does not tell strangers whether a thing is there",
    ),
    make_row(
        "precondition",
        (Kind.PRECONDITION,),
        told="{subject} is not in a state to be read ({text})",
        remedy="log-gardener doctor {address}",
        why="the service's own words are the only ones that there are",
    ),
    make_row(
        "invalid",
        (Kind.INVALID,),
        told="the request for {subject} is not taken ({text})",
        remedy="mend the filter or the name, then: log-gardener doctor {address}",
        why="mostly a filter of the user's own; the service points at the place in it",
    ),
    make_row(
        "server",
        (Kind.SERVER,),
        told="{subject} failed on Google's side ({type})",
        remedy="try again in a few minutes; curl -sS https://status.cloud.google.com/incidents.json | head -c 2000",
        why="what a server says of its own bugs helps nobody here",
    ),
    make_row(
        "system",
        (Kind.SYSTEM,),
        told="{subject} cannot be read ({text})",
        remedy="log-gardener doctor {address}",
        why="the operating system's words are short and known",
    ),
    make_row(
        "other",
        (),
        told="{subject} cannot be read, and nobody has foreseen why ({type})",
        remedy="log-gardener doctor {address}",
        why="the text of an exception that nobody knows may quote a log entry, so it is not told",
    ),
)

ROWS = (*CREDENTIALS, *NETWORK, *_SETTING, *_REFUSALS)
