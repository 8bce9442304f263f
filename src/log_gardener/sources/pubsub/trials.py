"""What a subscription shows of itself: whether it can be read, and whether logs come."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from google.api_core.exceptions import MethodNotImplemented
from google.pubsub_v1 import types as pubsub

from log_gardener.model.coverage import Probe
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.sources.google import spell_grant
from log_gardener.sources.pubsub.subscription import (
    CALL_SECONDS,
    CONSUME,
    GET,
    Subscription,
    find_obstacle,
    spell_creation,
)

# A topic that was deleted leaves its subscriptions this name.
_DELETED_TOPIC = "_deleted-topic_"

# With less, what comes while nothing is read over a long weekend is lost.
_SHORT_RETENTION = timedelta(days=4)


def probe_subscription(subscription: Subscription, name: str) -> Probe:
    """That it is there, as far as may be seen. That nothing came shows nothing; raises what the client raises."""
    settings = subscription.find_settings()
    if settings is None:
        detail = f"nothing came, and its settings may not be seen ({GET})"
    else:
        detail = f"nothing came of {_spell_topic(settings)}"
    return Probe(name, None, detail, is_arriving=False)


def _spell_topic(settings: pubsub.Subscription) -> str:
    if settings.topic == _DELETED_TOPIC:
        return "a topic that was deleted"
    return f"topic {settings.topic.rpartition('/')[2]}"


def diagnose_subscription(subscription: Subscription) -> Iterator[Diagnosis]:
    """Try all that reading needs; raises what the client raises."""
    address = subscription.address
    settings = subscription.find_settings()
    granted = _find_granted(subscription)
    if CONSUME in granted:
        yield Diagnosis(CONSUME, Mark.OK, "granted")
    else:
        detail = f"not granted on {address.name}, or there is no such subscription"
        yield Diagnosis(CONSUME, Mark.FAILED, detail, spell_grant(CONSUME, address.path))
    if settings is None:
        remedy = spell_grant(GET, address.path)
        yield Diagnosis(GET, Mark.WARNING, "not granted, so its settings are not looked at; reading goes", remedy)
    else:
        yield from _diagnose_settings(settings, subscription)
    if CONSUME in granted and not (settings and find_obstacle(settings, address)):
        yield _diagnose_messages(subscription)


def _find_granted(subscription: Subscription) -> Sequence[str]:
    try:
        return subscription.find_granted([CONSUME])
    except MethodNotImplemented:
        # An emulator asks nobody who he is.
        return [CONSUME]


def _diagnose_settings(settings: pubsub.Subscription, subscription: Subscription) -> Iterator[Diagnosis]:
    obstacle = find_obstacle(settings, subscription.address)
    if obstacle:
        what, _, remedy = obstacle.partition("; ")
        yield Diagnosis("subscription", Mark.FAILED, what, remedy)
    else:
        yield Diagnosis("subscription", Mark.OK, _spell_settings(settings))
    yield from _warn(settings, subscription)


def _spell_settings(settings: pubsub.Subscription) -> str:
    told = [f"of {_spell_topic(settings)}", f"acknowledged within {settings.ack_deadline_seconds} s"]
    if settings.message_retention_duration:
        told.append(f"kept for {_spell_length(settings.message_retention_duration)}")
    if settings.enable_exactly_once_delivery:
        told.append("delivered exactly once")
    return ", ".join(told)


def _warn(settings: pubsub.Subscription, subscription: Subscription) -> Iterator[Diagnosis]:
    """What does not keep it from being read, and takes entries away."""
    address = subscription.address
    own = f"gcloud pubsub subscriptions update {address.name} --project={address.project}"
    retention = settings.message_retention_duration
    lifetime = settings.expiration_policy.ttl
    policy = settings.dead_letter_policy
    if settings.topic == _DELETED_TOPIC:
        yield _make_warning("topic", "it was deleted, and nothing more comes", spell_creation(address))
    if retention and retention < _SHORT_RETENTION:
        detail = f"what is not read within {_spell_length(retention)} is lost"
        yield _make_warning("retention", detail, f"{own} --message-retention-duration=7d")
    if lifetime:
        detail = f"it is deleted when nobody has read it for {_spell_length(lifetime)}"
        yield _make_warning("expiration", detail, f"{own} --expiration-period=never")
    if settings.filter:
        yield _make_warning("filter", "it has one, so what does not meet it never comes", spell_creation(address))
    if policy.dead_letter_topic:
        where = policy.dead_letter_topic.rpartition("/")[2]
        detail = f"what is not settled {policy.max_delivery_attempts} times, as when runs are killed, goes to {where}"
        yield _make_warning("dead letters", detail, f"{own} --clear-dead-letter-policy")


def _make_warning(subject: str, detail: str, remedy: str) -> Diagnosis:
    return Diagnosis(subject, Mark.WARNING, detail, remedy)


def _diagnose_messages(subscription: Subscription) -> Diagnosis:
    if subscription.peek():
        return Diagnosis("messages", Mark.OK, "some wait")
    detail = f"none came within {CALL_SECONDS:.0f} s; all may have been read, or the sink does not write"
    remedy = (
        "see that a sink writes to its topic, and that the sink's writer identity may publish there "
        f"(roles/pubsub.publisher): gcloud logging sinks list --project={subscription.address.project}"
    )
    return Diagnosis("messages", Mark.WARNING, detail, remedy)


def _spell_length(length: timedelta) -> str:
    hours = length // timedelta(hours=1)
    if hours % 24 == 0 and hours:
        return f"{hours // 24} d"
    return f"{hours} h" if hours else f"{length // timedelta(minutes=1)} min"
