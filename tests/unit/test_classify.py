"""What texts say of the class of a fault."""

import pytest

from log_gardener.model.priority import FaultClass
from log_gardener.stages.classify import find_class, is_non_blocking
from tests.unit.entries import bundle_of, entry, request, trace

CLASSES = {
    "Container called exit(3).": FaultClass.STARTUP,
    "Default STARTUP TCP probe failed 1 time consecutively for container web": FaultClass.STARTUP,
    "Worker failed to boot.": FaultClass.STARTUP,
    "datetime.utcnow() is deprecated and will be removed in a future version": FaultClass.DEPRECATION,
    "SessionMiddleware must be installed to access request.session": FaultClass.CONFIGURATION,
    "COOKIE_DOMAIN is not configured, falling back to the Host header": FaultClass.CONFIGURATION,
    "missing required environment variable MAIL_RELAY_HOST": FaultClass.CONFIGURATION,
    "Sentry SDK not available - install sentry-sdk to enable error tracking": FaultClass.DEPENDENCY,
    "Cannot find module 'express'": FaultClass.DEPENDENCY,
    "upstream request timeout": FaultClass.UPSTREAM,
    "connect ECONNREFUSED 10.0.0.1:5432": FaultClass.UPSTREAM,
    "redis: connection refused": FaultClass.UPSTREAM,
    "Session s-1 accepted without a signature check: unverified": FaultClass.AUTHENTICATION,
    "token has expired": FaultClass.AUTHENTICATION,
    "PERMISSION_DENIED: caller lacks storage.objects.get": FaultClass.AUTHENTICATION,
    "Slow query: 900 ms": FaultClass.PERFORMANCE,
    "rate limit reached": FaultClass.PERFORMANCE,
    "The request was aborted because there was no available instance.": FaultClass.PERFORMANCE,
    "0/3 nodes are available: 3 Insufficient cpu.": FaultClass.PERFORMANCE,
    'pods "cart" is forbidden: exceeded quota: compute': FaultClass.PERFORMANCE,
    "FATAL: remaining connection slots are reserved for superusers": FaultClass.PERFORMANCE,
    'Back-off pulling image "garden.example/cart:1.2"': FaultClass.STARTUP,
    'MountVolume.SetUp failed for volume "beds" : configmap "beds" not found': FaultClass.CONFIGURATION,
    "The request failed because either the HTTP response was malformed or": FaultClass.REQUEST,
    "'function' object has no attribute 'can_handle'": FaultClass.CODE,
    "Cannot read properties of undefined (reading 'stems')": FaultClass.CODE,
    "Multiple manager instances for user ann - potential duplication": FaultClass.DATA,
    "failed to parse the order": FaultClass.DATA,
    "the gardener is late": FaultClass.NOTICE,
}


@pytest.mark.parametrize(("text", "fault"), CLASSES.items())
def test_a_text_tells_the_class_of_its_fault(text: str, fault: FaultClass) -> None:
    assert find_class(bundle_of(entry(text, "WARNING"))) is fault


def test_every_class_is_told_by_some_text() -> None:
    assert set(CLASSES.values()) == set(FaultClass)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (7, FaultClass.AUTHENTICATION),
        (8, FaultClass.PERFORMANCE),
        (14, FaultClass.UPSTREAM),
        (9, FaultClass.CONFIGURATION),
    ],
)
def test_the_code_of_a_failed_call_tells_its_class(code: int, fault: FaultClass) -> None:
    failed = {"serviceName": "garden", "methodName": "Beds.Dig", "status": {"code": code, "message": "no"}}

    assert find_class(bundle_of(entry("", "ERROR", protoPayload=failed))) is fault


def test_a_failed_request_is_a_request_whatever_its_path_says() -> None:
    assert find_class(bundle_of(request("/deprecated/login/timeout", 500))) is FaultClass.REQUEST


def test_a_trace_that_says_nothing_else_is_a_fault_in_the_code() -> None:
    assert find_class(bundle_of(trace("shop.Wilted: roses", severity="INFO"))) is FaultClass.CODE


def test_an_error_that_says_nothing_else_is_a_fault_in_the_code() -> None:
    assert find_class(bundle_of(entry("the gardener is late", "ERROR"))) is FaultClass.CODE


@pytest.mark.parametrize("word", ["non-blocking", "nonblocking", "not blocking", "non-fatal", "can be ignored"])
def test_a_text_may_say_of_itself_that_it_does_not_block(word: str) -> None:
    assert is_non_blocking(bundle_of(entry(f"the gardener is late ({word})", "WARNING")))


def test_a_blocking_text_does_not_say_that_it_does_not_block() -> None:
    assert not is_non_blocking(bundle_of(entry("blocking call on the event loop", "WARNING")))
