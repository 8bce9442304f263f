"""What every answer tells the browser that it may not do."""

# Own files only; nothing inline, nothing from elsewhere, and no page of anybody's around it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # With none at all a browser sends our own forms as of the origin "null", which nobody can tell from a stranger's.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}

# Over https a browser need not ask by http ever again.
TRANSPORT = {"strict-transport-security": "max-age=31536000"}
