"""An OpenID Connect provider of its own, small but real: it signs with a key, keeps codes and checks the challenge."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "outreach", "between-us-two"


@dataclass
class Provider:
    """`subject` is who is signed in there; `lies` replaces what it says in the token it signs, `key` what with."""

    now: int
    subject: str = "user-4711"
    lies: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    signs_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Flask:
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", view_func=self._says)
        app.add_url_rule("/keys", view_func=self._keys)
        app.add_url_rule("/authorize", view_func=self._authorize)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        return app

    def _says(self) -> Response:
        at = request.host_url.rstrip("/")
        return jsonify(
            issuer=at,
            authorization_endpoint=f"{at}/authorize",
            token_endpoint=f"{at}/token",
            jwks_uri=f"{at}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    def _keys(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def _authorize(self) -> ResponseReturnValue:
        asked = request.args.to_dict()
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256":
            abort(400)
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self) -> Response:
        asked = self.codes.pop(request.form["code"])
        verifier = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        signed = request.authorization
        if signed is None or (signed.username, signed.password) != (CLIENT, SECRET):
            abort(401)
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != asked["code_challenge"]:
            abort(400)
        claims = {
            "iss": request.host_url.rstrip("/"), "sub": self.subject, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": self.now, "exp": self.now + 300, **self.lies,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signs_with or self.key)
        return jsonify(access_token="unused", token_type="Bearer", expires_in=300, id_token=token)
