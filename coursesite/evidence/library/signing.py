"""The site's signature under its packs: Ed25519, with a key made once or given.

The library that signs is loaded by whoever signs or verifies: it weighs 9 MB, and processes that
only show pages need none of it.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from coursesite.errors import Invalid

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

ALGORITHM: Final = "Ed25519"


class BadKey(Invalid):
    """The key that was given cannot sign, or cannot be read."""


def read_key(text: str) -> "OKPKey":
    """A key of the curve Ed25519 as a JSON Web Key, private or public, or as a set of one."""
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import OKPKey  # noqa: PLC0415

    try:
        data = json.loads(text)
        key = OKPKey.import_key(data["keys"][0] if "keys" in data else data)
    except (ValueError, TypeError, LookupError, JoseError):
        raise BadKey("This is no key: a JSON Web Key of the curve Ed25519 is wanted.") from None
    if key.curve_name != ALGORITHM:
        raise BadKey("This is a key of another kind: the curve Ed25519 is wanted.")
    return key


def own_key(given: str | None, var: Path) -> "OKPKey":
    """The site's key: the one that was given, else the one that was made once and kept."""
    key = read_key(given) if given else _kept_key(var / "evidence_key.json")
    if not key.is_private:
        raise BadKey("COURSESITE_EVIDENCE_KEY is a public key; to sign, the private one is needed.")
    return key


def _kept_key(path: Path) -> "OKPKey":
    from joserfc.jwk import OKPKey  # noqa: PLC0415

    if not path.exists():
        made = OKPKey.generate_key(ALGORITHM, private=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(json.dumps(made.as_dict(private=True)))
        try:
            os.link(new, path)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return read_key(path.read_text())


def public_part(key: "OKPKey") -> dict[str, Any]:
    """What may be shown to everybody, with the name of the key."""
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}


def signed(payload: bytes, key: "OKPKey") -> str:
    """The payload with its signature, as a compact JSON Web Signature."""
    from joserfc import jws  # noqa: PLC0415

    header = {"alg": ALGORITHM, "kid": key.thumbprint()}
    return jws.serialize_compact(header, payload, key, algorithms=[ALGORITHM])


def payload_of(token: str, key: "OKPKey") -> bytes | None:
    """What was signed; None when the signature is not of this key."""
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        return jws.deserialize_compact(token, key, algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError):
        return None
