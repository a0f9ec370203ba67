"""One OpenID Connect provider: where it signs people in, and whom its answer names.

Authorization Code with PKCE (RFC 7636). What the provider says counts only in an ID token that it signed with a key of
its own, for us, for this sign-in (nonce), not expired; or from its userinfo about the very same subject.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import aiohttp
import jwt

Json = dict[str, Any]
Why = Literal["refused", "unavailable"]

# Asymmetric ones only: with HS256 our own client secret, or the provider's public key, would do as a key.
ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
SCOPE: Final = "openid email profile"
ANSWER_WITHIN_S = 10.0
ANSWER_MAX_BYTES = 1_000_000
KEPT_S = 3600.0
"""How long the provider's configuration and keys are believed without asking again."""
KEYS_AGAIN_S = 10.0
"""A key that is not known is asked for at most so often."""
CLOCKS_DIFFER_S = 60
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProviderError(Exception):
    """why: what its person is told; the text is for the log."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why: Why = why


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way: what the answer must fit. None of it leaves but the state, the nonce and a hash."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider names. email: only where it has verified it."""

    subject: str
    email: str | None
    verified: bool
    name: str | None


class Provider:
    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect_uri: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._http: aiohttp.ClientSession | None = None
        self._configuration: tuple[float, Json] | None = None
        self._keys: tuple[float, Json] | None = None

    async def begin(self) -> tuple[Attempt, str]:
        """A new attempt, and the address at the provider where it goes on. Raises ProviderError."""
        attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = await self._endpoint("authorization_endpoint")
        return attempt, f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def finish(self, attempt: Attempt, code: str, issuer: str | None) -> Person:
        """Whom the code stands for. issuer: what the answer says of itself (RFC 9207). Raises ProviderError."""
        if issuer is not None and issuer != self._issuer:
            raise ProviderError("refused", "the answer names another issuer")
        tokens = await self._tokens(attempt, code)
        claims = await self._checked(tokens.get("id_token"), attempt.nonce)
        if "email" not in claims:
            claims = {**claims, **await self._userinfo(tokens.get("access_token"), claims["sub"])}
        email, name = claims.get("email"), claims.get("name")
        return Person(
            subject=claims["sub"],
            email=email if isinstance(email, str) else None,
            verified=claims.get("email_verified") in (True, "true"),
            name=name if isinstance(name, str) else None,
        )

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.close()

    # ---- what the provider says

    async def _tokens(self, attempt: Attempt, code: str) -> Json:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.verifier,
        }
        methods = (await self._discovered()).get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        headers = {}
        if "client_secret_basic" in methods:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        return await self._ask("POST", await self._endpoint("token_endpoint"), headers=headers, data=form)

    async def _userinfo(self, token: object, subject: str) -> Json:
        if not isinstance(token, str) or "userinfo_endpoint" not in await self._discovered():
            return {}
        endpoint = await self._endpoint("userinfo_endpoint")
        said = await self._ask("GET", endpoint, headers={"Authorization": f"Bearer {token}"})
        if said.get("sub") != subject:
            raise ProviderError("refused", "userinfo is about somebody else")
        return {name: said[name] for name in ("email", "email_verified", "name") if name in said}

    async def _checked(self, token: object, nonce: str) -> Json:
        """The claims of an ID token that is the provider's own, for us and for this attempt."""
        if not isinstance(token, str):
            raise ProviderError("refused", "there is no ID token")
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise ProviderError("refused", "the ID token is signed in a way that does not count")
            claims: Json = jwt.decode(
                token,
                await self._key(header.get("kid")),
                algorithms=[header["alg"]],
                audience=self._client_id,
                issuer=self._issuer,
                leeway=CLOCKS_DIFFER_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as exc:
            raise ProviderError("refused", f"the ID token does not count: {type(exc).__name__}") from exc
        is_ours = claims.get("azp", self._client_id) == self._client_id
        alone = not isinstance(claims["aud"], list) or len(claims["aud"]) == 1 or "azp" in claims
        if not (is_ours and alone and isinstance(claims["sub"], str) and claims["sub"]):
            raise ProviderError("refused", "the ID token is for somebody else")
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise ProviderError("refused", "the ID token is of another sign-in")
        return claims

    async def _key(self, key_id: object) -> jwt.PyJWK:
        found = self._known_key(await self._key_set(), key_id)
        if found is None:  # The provider may have changed its keys since.
            found = self._known_key(await self._key_set(again_after_s=KEYS_AGAIN_S), key_id)
        if found is None:
            raise ProviderError("refused", "the ID token is signed with no key of the provider")
        return found

    @staticmethod
    def _known_key(keys: Json, key_id: object) -> jwt.PyJWK | None:
        usable = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in (None, "sig")]
        if key_id is None and len(usable) == 1:
            return usable[0]
        return next((key for key in usable if key.key_id is not None and key.key_id == key_id), None)

    async def _key_set(self, again_after_s: float = KEPT_S) -> Json:
        now_s = asyncio.get_running_loop().time()
        if self._keys is None or now_s - self._keys[0] > again_after_s:
            self._keys = now_s, await self._ask("GET", await self._endpoint("jwks_uri"))
        return self._keys[1]

    async def _discovered(self) -> Json:
        now_s = asyncio.get_running_loop().time()
        if self._configuration is None or now_s - self._configuration[0] > KEPT_S:
            said = await self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != self._issuer:
                raise ProviderError("unavailable", "the configuration names another issuer")
            self._configuration = now_s, said
        return self._configuration[1]

    async def _endpoint(self, name: str) -> str:
        address = (await self._discovered()).get(name)
        if not isinstance(address, str) or not is_safe(address):
            raise ProviderError("unavailable", f"the configuration has no {name} that can be used")
        return address

    async def _ask(self, method: str, address: str, **more: Any) -> Json:
        """The JSON object of an answer with status 200."""
        if self._http is None:
            limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
            self._http = aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar())
        more["headers"] = {"Accept": "application/json", **more.get("headers", {})}
        try:
            async with self._http.request(method, address, allow_redirects=False, **more) as answer:
                status, raw = answer.status, await _read(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise ProviderError("unavailable", f"no answer: {type(exc).__name__}") from exc
        try:
            said = json.loads(raw)
        except (ValueError, RecursionError) as exc:
            raise ProviderError("unavailable", f"the answer is no JSON (status {status})") from exc
        if status != 200 or not isinstance(said, dict):
            raise ProviderError("refused" if 400 <= status < 500 else "unavailable", f"status {status}")
        return said


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """Raises ProviderError for what no provider says."""
    raw = b""
    async for chunk in answer.content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > ANSWER_MAX_BYTES:
            raise ProviderError("unavailable", "the answer is too large")
    return raw


def is_safe(address: str) -> bool:
    """https, or http on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
