"""A gRPC server on loopback that refuses every call in one way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from grpc_status import rpc_status

from tests.fakes.google_errors import Refusal


class _Refusing(grpc.GenericRpcHandler):  # type: ignore[misc] # the library has no types
    def __init__(self, refusal: Refusal) -> None:
        self._refusal = refusal

    def service(self, _: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        return grpc.unary_unary_rpc_method_handler(self._refuse)

    def _refuse(self, _: bytes, context: grpc.ServicerContext) -> Any:
        context.abort_with_status(rpc_status.to_status(self._refusal.to_status()))


@contextmanager
def refusing(refusal: Refusal, credentials: grpc.ServerCredentials | None = None) -> Iterator[str]:
    """The address of a server that refuses while the context lasts."""
    server = grpc.server(ThreadPoolExecutor(1), handlers=(_Refusing(refusal),))
    if credentials is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
