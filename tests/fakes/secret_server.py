"""Secret Manager on the loopback, for its own client: versions of secrets by name."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.cloud.secretmanager_v1.types import AccessSecretVersionRequest, AccessSecretVersionResponse

SERVICE = "google.cloud.secretmanager.v1.SecretManagerService"


class _Shelf:
    """Answers one call, as the service does."""

    def __init__(self, held: Mapping[str, str]) -> None:
        self._held = held

    def answer(self, request: AccessSecretVersionRequest, context: grpc.ServicerContext) -> AccessSecretVersionResponse:
        if request.name not in self._held:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Secret Version [{request.name}] not found.")
        payload = {"data": self._held[request.name].encode()}
        return AccessSecretVersionResponse(name=request.name, payload=payload)


@contextmanager
def serve_secrets(held: Mapping[str, str]) -> Iterator[str]:
    """The address of a server that holds these while the context lasts."""
    method = grpc.unary_unary_rpc_method_handler(
        _Shelf(held).answer,
        request_deserializer=AccessSecretVersionRequest.deserialize,
        response_serializer=AccessSecretVersionResponse.serialize,
    )
    handlers = (grpc.method_handlers_generic_handler(SERVICE, {"AccessSecretVersion": method}),)
    server = grpc.server(ThreadPoolExecutor(2), handlers=handlers)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
