"""Texts and documents that look dangerous and hold no secret."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.secrets.drawing import fill

FILE = Path(__file__).with_name("clean.txt")
SEED = 11


def read_clean_lines(seed: int = SEED) -> list[str]:
    """The lines of the file, with what is drawn."""
    draw = Random(seed)
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [fill(line, draw) for line in lines if line.strip() and not line.startswith("# ")]


_UUID, _HEX = "3f2c91aa-07be-4d1c-a0e5-1f6b8c9d2e3f", "91aa5d0c44e13f2c91aa07be5d0c44e1"

# Documents of which nothing may change, though a member's name speaks of secrets.
CLEAN_DOCUMENTS: tuple[Any, ...] = (
    {"password": None},
    {"password": ""},
    {"password": True, "token": False, "secret": 3},
    {"password": "[FILTERED]", "token": "***", "secret": "<redacted>", "api_key": "REDACTED"},
    {"authorization": "[REDACTED]", "cookie": "<hidden>", "set-cookie": None},
    {"password": [], "secrets": {}, "tokens": [1, 2, 3]},
    {"tokens": 1532, "max_tokens": 4096, "prompt_tokens": 12, "token_count": "12"},
    {"token_type": "Bearer", "expires_in": 3599, "scope": "openid"},
    {"tokenEndpoint": "https://oauth2.googleapis.com/token", "grant_type": "authorization_code"},
    {"secretName": "shop-tls", "secretKeyRef": {"name": "db-credentials", "key": "password"}},
    {"hasPassword": True, "passwordLength": 12, "password_changed_at": "2025-11-03T14:12:29Z"},
    {"passwordPolicy": "strict", "min_password_length": "12"},
    {"key": "cart:4711", "cacheKey": "user:4711:cart", "primaryKey": "id", "partition_key": "customer_id"},
    {"nextPageToken": "CAUQAA", "pageToken": "CAUQ" + _HEX},
    {"insertId": "68c8b293000de55a3bef45ec", "spanId": "91aa5d0c44e13f2c", "traceSampled": True},
    {"trace": f"projects/shop/traces/{_HEX}", "labels": {"instanceId": _HEX * 5, "commit-sha": "9fd2b71e"}},
    {"resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "revision_name": "shop-00042-xiz"}}},
    {"httpRequest": {"requestMethod": "GET", "requestUrl": "https://a.example.com/v1?page=2", "status": 200}},
    {"httpRequest": {"serverIp": "10.0.0.5", "latency": "0.120s", "protocol": "HTTP/1.1", "requestSize": "1200"}},
    {"request_id": _UUID, "user": {"id": 4711, "plan": "basic"}, "order": _UUID},
    {"digest": f"sha256:{_HEX * 2}", "etag": f'"{_HEX}"', "commit": _HEX + "5d0c44e1"},
    {"version": "139.0.0.0", "browser": "Chrome/139.0.0.0"},
    {"error": "token expired", "message": "password authentication failed for user app"},
    {"env": [{"name": "PORT", "value": "8080"}, {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"key": "pw"}}}]},
    {"env": [{"name": "API_KEY", "value": ""}, {"name": "TZ", "value": "UTC"}]},
    {"parameters": [{"name": "page_token", "in": "query", "required": False}]},
    {"method": "projects.secrets.versions.access", "resourceName": "projects/shop/secrets/db/versions/3"},
    {"authenticationInfo": {}, "authorizationInfo": [{"permission": "run.services.get", "granted": True}]},
    {"status": {"code": 7, "message": "The caller does not have permission"}},
    {"auth": "oauth2", "authentication": "kerberos", "authorized": True, "author": "shop-team"},
    {"session": None, "sessionCount": 12, "cookies": False},
    {"file": "/app/shop/token.py", "function": "read_password", "line": "118", "module": "shop.secrets"},
    {"publicKey": {"kty": "EC", "crv": "P-256"}, "alg": "RS256"},
    {"image": f"shop/api@sha256:{_HEX * 2}", "containerID": f"containerd://{_HEX * 2}"},
    {"numbers": [4155550132, 1757883600123456, 4242424242424241, 3.5, -1]},
)


def read_clean_documents() -> list[str]:
    """Each as one line."""
    return [json.dumps(document) for document in CLEAN_DOCUMENTS]
