"""Cloud Run, .NET behind Pub/Sub push: a database too slow, a message that cannot be read, a forbidden export."""

from datetime import datetime

from tests.labelled.gardens.planting import Garden, Issue, Json, Place, cloud_run, later, plant, stamp

STORE = "invoice-store-timeout"
POISON = "unreadable-total"
DENIED = "export-permission-denied"
KEYS = "data-protection-unencrypted"
PLACES = (
    {"file": "/src/Billing/InvoiceStore.cs", "function": "SaveAsync", "line": 64},
    {"file": "/src/Billing/MoneyConverter.cs", "function": "Read", "line": 19},
    {"file": "/src/Billing/PushEndpoint.cs", "function": "ReadAsync", "line": 41},
)
ANY = ("P1", "P2", "P3")
ISSUES = (
    Issue(STORE, "Npgsql times out, messages come again", "ERROR", "P1", ANY[:2], ("TimeoutException",), PLACES[:1]),
    Issue(POISON, "Unreadable messages come again without end", "WARNING", "P2", ANY[1:], ("$.total",), PLACES[1:]),
    Issue(DENIED, "report-exporter may not write to acme-reports", "ERROR", "P2", ANY, ("storage.objects.create",)),
    Issue(KEYS, "Data protection keys are stored unencrypted", "WARNING", "P4", ("P3", "P4"), ("XML encryptor",)),
)
TIMEOUT = """Acme.Billing.InvoiceStoreException: Invoice {number} could not be stored
 ---> Npgsql.NpgsqlException (0x80004005): Exception while reading from stream
 ---> System.TimeoutException: Timeout during reading attempt
   at Npgsql.Internal.NpgsqlReadBuffer.<Ensure>g__EnsureLong|55_0(Int32 count, Boolean async)
   at Npgsql.Internal.NpgsqlConnector.ReadMessageLong(Boolean async)
   at Npgsql.NpgsqlCommand.ExecuteReader(Boolean async, CommandBehavior behavior)
   at Acme.Billing.InvoiceStore.SaveAsync(Invoice invoice) in /src/Billing/InvoiceStore.cs:line 64
   --- End of inner exception stack trace ---
   --- End of inner exception stack trace ---
   at Acme.Billing.InvoiceStore.SaveAsync(Invoice invoice) in /src/Billing/InvoiceStore.cs:line 71
   at Acme.Billing.PushEndpoint.HandleAsync(HttpContext context) in /src/Billing/PushEndpoint.cs:line 58
   at Microsoft.AspNetCore.Routing.EndpointMiddleware.<Invoke>g__AwaitRequestTask|7_0(Endpoint e, Task t)
   at Microsoft.AspNetCore.Hosting.HostingApplication.ProcessRequestAsync(Context context)"""
UNREADABLE = """System.Text.Json.JsonException: The JSON value could not be converted to Acme.Billing.Money. Path: \
$.total | LineNumber: 0 | BytePositionInLine: {byte}.
 ---> System.FormatException: The input string '{total}' was not in a correct format.
   at System.Number.ThrowFormatException[TChar](ReadOnlySpan`1 value)
   at Acme.Billing.MoneyConverter.Read(Utf8JsonReader& reader, Type type) in /src/Billing/MoneyConverter.cs:line 19
   --- End of inner exception stack trace ---
   at System.Text.Json.ThrowHelper.ReThrowWithPath(ReadStack& state, Utf8JsonReader& reader, Exception ex)
   at Acme.Billing.PushEndpoint.ReadAsync(HttpRequest request) in /src/Billing/PushEndpoint.cs:line 41
   at Acme.Billing.PushEndpoint.HandleAsync(HttpContext context) in /src/Billing/PushEndpoint.cs:line 52"""
OUT = "run.googleapis.com%2Fstdout"
PUSH = "POST https://invoice-worker-4tq2kz7wma-ew.a.run.app/pubsub/push"
ENDPOINT = "Acme.Billing.PushEndpoint"
DENIAL = "report-exporter@acme-billing.iam.gserviceaccount.com does not have storage.objects.create access to the "
DENIAL += "Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist)."


def console(at: datetime, level: str, category: str, template: str, **state: object) -> Json:
    """Make what the JSON console of .NET writes: the level is a word of its own, which the platform does not know."""
    text = template
    for name, value in state.items():
        text = text.replace(f"{{{name}}}", str(value))
    base: Json = {"Timestamp": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z", "EventId": 0, "LogLevel": level, "Category": category}
    return {**base, "Message": text, "State": {"Message": text, **state, "{OriginalFormat}": template}}


def deliver(place: Place, tag: str, at: datetime, status: int, said: list[tuple[str, Json]]) -> None:
    """Deliver a message: Pub/Sub asks, the service writes its lines; only a scope in them names the trace."""
    garden, rng = place.garden, place.garden.rng
    trace, span = garden.trace(), garden.hex(16)
    scope = {"SpanId": span, "TraceId": trace[-32:], "ParentId": garden.hex(16)}
    scopes: list[Json] = [{"Message": ", ".join(f"{key}:{value}" for key, value in scope.items()), **scope}]
    scopes += [{"Message": "RequestPath:/pubsub/push", "RequestPath": "/pubsub/push"}]
    for number, (name, body) in enumerate(said):
        place.say(name, later(at, 0.01 * number), {**body, "Scopes": scopes}, OUT)
    millis = 30_050 if status == 500 else rng.uniform(12, 300)
    place.request(
        tag, later(at, 0.01 * len(said)), PUSH, status, trace=trace, millis=millis, agent="CloudPubSub-Google"
    )


def handle(place: Place, at: datetime, message: int) -> None:
    text = "Message {MessageId} handled in {Elapsed} ms, {Errors} errors"
    more = {"MessageId": str(message), "Elapsed": place.garden.rng.randint(4, 90), "Errors": 0}
    deliver(place, "push-204", at, 204, [("message-handled", console(at, "Information", ENDPOINT, text, **more))])


def stall(places: list[Place], at: datetime) -> None:
    """Deliver a message again and again until the database has time for it."""
    rng = places[0].garden.rng
    message, number, wait = rng.randint(10**15, 10**16), rng.randint(10**5, 10**6), 12.0
    for attempt in range(1, rng.randint(3, 6)):
        text = "Failed executing DbCommand ({elapsed}ms) [Parameters=[@p0='?' (DbType = Int64), @p1='?'], "
        text += "CommandType='Text', CommandTimeout='30']\nINSERT INTO invoices (id, total)\nVALUES (@p0, @p1);"
        database = "Microsoft.EntityFrameworkCore.Database.Command"
        command = console(at, "Error", database, text, elapsed=f"30,0{rng.randint(10, 40)}")
        more = {"MessageId": str(message), "Attempt": attempt}
        body = console(at, "Error", ENDPOINT, "Message {MessageId} failed at delivery attempt {Attempt}", **more)
        failed = {**body, "Exception": TIMEOUT.format(number=number)}
        said = [(f"ef-command-failed@{STORE}", command), (f"message-failed@{STORE}", failed)]
        deliver(rng.choice(places), f"push-500@{STORE}", at, 500, said)
        at, wait = later(at, 30 + wait), wait * 2
    handle(rng.choice(places), at, message)


def refuse(place: Place, at: datetime, message: int, total: str) -> None:
    rng = place.garden.rng
    text = "Message {MessageId} refused: its body cannot be read"
    body = console(at, "Warning", ENDPOINT, text, MessageId=str(message))
    body["Exception"] = UNREADABLE.format(byte=rng.choice((61, 63)), total=total)
    deliver(place, f"push-400@{POISON}", at, 400, [(f"message-refused@{POISON}", body)])


def start(place: Place, at: datetime) -> None:
    why = "Instance started due to traffic shifting between revisions due to deployment, traffic split adjustment, or "
    text = f"Starting new instance. Reason: DEPLOYMENT_ROLLOUT - {why}deployment health check."
    place.system("instance-start", at, text)
    text = "No XML encryptor configured. Key {{KeyId}} may be persisted to storage in unencrypted form."
    keys, host = "Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", "Microsoft.Hosting.Lifetime"
    body = console(at, "Warning", keys, text, KeyId=place.garden.uuid())
    place.say(f"no-xml-encryptor@{KEYS}", later(at, 1), body, OUT)
    body = console(at, "Information", host, "Now listening on: {address}", address="http://[::]:8080")
    place.say("now-listening", later(at, 1.2), body, OUT)
    text = "Application started. Press Ctrl+C to shut down."
    place.say("application-started", later(at, 1.21), console(at, "Information", host, text), OUT)
    ok = 'Default STARTUP TCP probe succeeded after 1 attempt for container "invoice-worker-1" on port 8080.'
    place.system("startup-probe-ok", later(at, 1.3), ok)


def administer(garden: Garden, place: Place, at: datetime) -> None:
    """Deploy as every day: replace the service, let Pub/Sub call it, look for what may not be there yet."""
    name = "namespaces/acme-billing/services/invoice-worker"
    text = "Resource 'invoice-worker-canary' of kind 'SERVICE' in region 'europe-west1' in project not found."
    missing = {"code": 5, "message": text}
    place.audit("audit-replace", at, "google.cloud.run.v1.Services.ReplaceService", resourceName=name)
    member = "serviceAccount:push@example.iam.gserviceaccount.com"
    binding = {"action": "ADD", "role": "roles/run.invoker", "member": member}
    delta = {"policyDelta": {"bindingDeltas": [binding]}}
    method = "google.cloud.run.v1.Services.SetIamPolicy"
    place.audit("audit-set-iam-policy", later(at, 3), method, resourceName=name, serviceData=delta)
    method = "google.cloud.run.v1.Services.GetService"
    more = {"resourceName": f"{name}-canary", "status": missing, "log": "data_access"}
    place.audit("audit-get-missing", later(at, 5), method, "ERROR", **more)
    topic = Place(garden, "pubsub_topic", {"topic_id": f"projects/{garden.project}/topics/invoices"})
    exists = {"code": 6, "message": "Resource already exists in the project."}
    more = {"service": "pubsub.googleapis.com", "status": exists}
    topic.audit("audit-topic-exists", later(at, 6), "google.pubsub.v1.Publisher.CreateTopic", "ERROR", **more)
    ready = {"message": "Ready condition status changed to True for Service invoice-worker."}
    more = {"log": "system_event", "status": ready, "resourceName": name, "who": ""}
    place.audit("audit-ready", later(at, 40), "/InternalServices.ReplaceInternalService", "INFO", **more)


def deny(garden: Garden, at: datetime) -> None:
    bucket = Place(garden, "gcs_bucket", {"bucket_name": "acme-reports", "location": "eu"})
    name = f"projects/_/buckets/acme-reports/objects/daily/{stamp(at)[:10]}/part-{garden.rng.randint(0, 40):05}.parquet"
    more: Json = {"service": "storage.googleapis.com", "resourceName": name, "log": "data_access"}
    more |= {"who": "report-exporter@acme-billing.iam.gserviceaccount.com", "status": {"code": 7, "message": DENIAL}}
    bucket.audit(f"audit-export-denied@{DENIED}", at, "storage.objects.create", "ERROR", **more)


def grow() -> Garden:
    garden = plant("acme-billing", 707, "2026-06-15T00:00:00", 24, ISSUES)
    rng, places = garden.rng, []
    for number in range(3):
        revision = cloud_run(garden, "invoice-worker", f"0006{number}-{('daf', 'yim', 'ruv')[number]}", "europe-west1")
        administer(garden, revision, garden.at(2 + 400 * number))
        name = revision.resource["revision_name"][15:]
        places += [revision, cloud_run(garden, "invoice-worker", name, "europe-west1")]
        for place in places[-2:]:
            start(place, garden.at(2.2 + 400 * number + rng.random()))
    for _ in range(700):
        at = garden.some(0.01)
        handle(places[2 * min(int((at - garden.start).total_seconds() // 24_000), 2)], at, rng.randint(10**15, 10**16))
    for _ in range(22):
        stall(places[2:4], garden.some(0.4, 0.5))
    poison = [(rng.randint(10**15, 10**16), total) for total in ("12,90", "1.204,00")]
    for number in range(64):
        refuse(places[4 + number % 2], garden.at(820 + 9.5 * number), *poison[number % 2])
    for number in range(36):
        deny(garden, garden.at(125 + 480 * (number // 12) + number % 12 / 4))
    return garden
