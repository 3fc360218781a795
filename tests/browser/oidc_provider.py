"""A small OpenID provider for tests: signs tokens with a key made when it starts, and lets anybody in as anyone."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlparse

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "mmx", "not-a-secret"
# What the login page offers: the claims about each account.
ACCOUNTS = {
    "viola": {"sub": "1", "email": "viola@velvet.example", "email_verified": True, "name": "Viola Vane"},
    "eve": {"sub": "2", "email": "eve@evil.example", "email_verified": True, "name": "Eve"},
    "forger": {"sub": "3", "email": "viola@velvet.example", "email_verified": False, "name": "Forger"},
}


class Provider(ThreadingHTTPServer):
    """The provider's server.

    Attributes
    ----------
    forge
        Whether tokens are signed with a key that is not the published one.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key = RSAKey.generate_key(2048, {"kid": "test"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "test"})
        self.codes: dict[str, tuple[str, str]] = {}
        self.forge = False

    @property
    def address(self) -> str:
        """Where it listens, which is also the name of who issues the tokens."""
        return f"http://localhost:{self.server_port}"

    def token(self, account: str, nonce: str) -> str:
        """Return an identity token for an account."""
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        key = self.other_key if self.forge else self.key
        return jwt.encode({"alg": "RS256", "kid": "test"}, claims | ACCOUNTS[account], key)


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        address = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        at = self.server.address
        if address.path == "/.well-known/openid-configuration":
            self._json(
                {
                    "issuer": at,
                    "authorization_endpoint": f"{at}/authorize",
                    "token_endpoint": f"{at}/token",
                    "jwks_uri": f"{at}/keys",
                    "end_session_endpoint": f"{at}/logout",
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "code_challenge_methods_supported": ["S256"],
                }
            )
        elif address.path == "/keys":
            self._json({"keys": [self.server.key.as_dict(private=False)]})
        elif address.path == "/authorize":
            links = (
                f'<p><a href="/choose?{escape(urlencode(query | {"account": a}))}">{a}</a>' for a in ACCOUNTS
            )
            self._answer("text/html", "".join(links).encode())
        elif address.path == "/choose":
            code = secrets.token_urlsafe()
            self.server.codes[code] = query["account"], query["nonce"]
            self._redirect(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")
        elif address.path == "/logout":
            self._redirect(query["post_logout_redirect_uri"])
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        account, nonce = self.server.codes.pop(form["code"][0])
        assert form["code_verifier"][0]
        token = self.server.token(account, nonce)
        self._json({"access_token": "none", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _json(self, content: object) -> None:
        self._answer("application/json", json.dumps(content).encode())

    def _answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider while the block lasts."""
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
