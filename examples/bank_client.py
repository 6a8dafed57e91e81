"""A bank's program that asks the platform: a token by its own key, calls that are signed by SM2 or ECDSA P-256.

    python bank_client.py BASE CLIENT [--secret S | --token-key FILE] [--sign-key FILE] METHOD PATH [BODY]

Keys are PEM files as OpenSSL writes them, the private half; the operator registers the public half:

    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out token.pem
    openssl genpkey -algorithm SM2 -out sign.pem
    openssl pkey -in sign.pem -pubout -out sign.pub.pem
    jinqiao client add-key CLIENT --for request --pem sign.pub.pem

Prints the answer's status on standard error and its body on standard output; ends with 1 when it was refused. It needs
the packages cryptography and gmssl, and shows all there is to it: copy what you need.
"""

import argparse
import base64
import hashlib
import json
import secrets
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmssl import func, sm2, sm3

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public_der(path):
    """The public half in DER, for the key's id."""
    command = ["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"]
    return subprocess.run(command, check=True, capture_output=True).stdout


class EcdsaKey:
    """ECDSA on P-256 over SHA-256."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.key = serialization.load_pem_private_key(file.read(), None)
        self.key_id = hashlib.sha256(public_der(path)).hexdigest()[:32]

    def digest(self, body):
        return hashlib.sha256(body).hexdigest()

    def sign(self, message):
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def sign_pair(self, message):
        """The two numbers after each other, as JSON Web Signatures have them."""
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(self.sign(message)))


class Sm2Key:
    """SM2 over SM3, with the identity 1234567812345678."""

    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            text = "".join(line.strip() for line in file if not line.startswith("-----"))
        der = base64.b64decode(text)
        # An EC private key (RFC 5915): version 1, then the number in 32 bytes.
        at = der.index(bytes.fromhex("0201010420")) + 5
        private = der[at : at + 32]
        public = public_der(path)
        self.key_id = hashlib.sha256(public).hexdigest()[:32]
        # The last 64 bytes of the public key are its point.
        self.key = sm2.CryptSM2(private_key=private.hex(), public_key=public[-64:].hex())

    def digest(self, body):
        return sm3.sm3_hash(func.bytes_to_list(body))

    def sign(self, message):
        both = self.key.sign_with_sm3(message)
        return encode_dss_signature(int(both[:64], 16), int(both[64:], 16))


def read_key(path):
    """The key of a file, by the curve that OpenSSL says it is on."""
    command = ["openssl", "pkey", "-in", path, "-noout", "-text"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Sm2Key(path) if "SM2" in said else EcdsaKey(path)


class Platform:
    """The platform as one client sees it."""

    def __init__(self, base, client, secret=None, token_key=None, sign_key=None):
        self.base, self.client, self.secret = base.rstrip("/"), client, secret
        self.token_key, self.sign_key = token_key, sign_key
        # How far the platform's clock is from ours; it tells its time when it does not believe ours.
        self.apart = timedelta()
        self.token = None

    def now(self):
        return datetime.now(timezone.utc) + self.apart

    def set_clock(self, headers):
        told = headers.get("Request-Time")
        if told is None:
            return False
        before = self.apart
        self.apart = datetime.fromisoformat(told.replace("Z", "+00:00")) - datetime.now(timezone.utc)
        return abs(self.apart - before) > timedelta(minutes=1)

    def sign_in(self):
        """Asks for a token; once more when only the clock was wrong."""
        status, headers, body = self.ask_token()
        if status == 401 and self.set_clock(headers):
            status, headers, body = self.ask_token()
        if status == 200:
            self.token = json.loads(body)["access_token"]
        return status, body

    def ask_token(self):
        form = {"grant_type": "client_credentials", "client_id": self.client}
        if self.token_key is None:
            form["client_secret"] = self.secret or ""
        else:
            form["client_assertion_type"] = ASSERTION_TYPE
            form["client_assertion"] = self.assertion()
        return send(f"{self.base}/oauth/token", "POST", urllib.parse.urlencode(form).encode(), {})

    def assertion(self):
        claims = {
            "iss": self.client,
            "sub": self.client,
            "aud": f"{self.base}/oauth/token",
            "exp": int(self.now().timestamp()) + 300,
            "jti": secrets.token_urlsafe(24),
        }
        parts = [base64url(json.dumps(part).encode()) for part in ({"alg": "ES256", "typ": "JWT"}, claims)]
        signed = ".".join(parts)
        return f"{signed}.{base64url(self.token_key.sign_pair(signed.encode()))}"

    def call(self, method, path, body=b"", headers=None):
        """A call, signed when there is a key for it; once more when only the clock was wrong."""
        status, told, answer = self.call_once(method, path, body, headers or {})
        if status == 401 and self.set_clock(told):
            status, told, answer = self.call_once(method, path, body, headers or {})
        return status, told, answer

    def call_once(self, method, path, body, headers):
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en", **headers}
        if body:
            sent.setdefault("Content-Type", "application/json")
        if self.sign_key is not None:
            sent |= self.signature(method, path, body)
        return send(self.base + path, method, body or None, sent)

    def signature(self, method, path, body):
        """The five headers: what is signed is six lines."""
        at = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        nonce, digest = secrets.token_urlsafe(24), self.sign_key.digest(body)
        text = "\n".join(["JINQIAO-REQUEST-1", method, path, at, nonce, digest])
        return {
            "Request-Key": self.sign_key.key_id,
            "Request-Time": at,
            "Request-Nonce": nonce,
            "Request-Digest": digest,
            "Request-Signature": base64url(self.sign_key.sign(text.encode())),
        }


def send(address, method, body, headers):
    request = urllib.request.Request(address, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", help="such as http://127.0.0.1:8080")
    parser.add_argument("client", help="such as bank01")
    parser.add_argument("method", choices=["GET", "POST"])
    parser.add_argument("path", help="with its query, such as /api/v1/events?limit=5")
    parser.add_argument("body", nargs="?", default="")
    parser.add_argument("--secret", help="the shared secret, unless there is a key for tokens")
    parser.add_argument("--token-key", help="private key (P-256) that asks for tokens")
    parser.add_argument("--sign-key", help="private key (SM2 or P-256) that signs calls")
    parser.add_argument("--key", help="Idempotency-Key of a call that makes something")
    args = parser.parse_args()
    token_key = EcdsaKey(args.token_key) if args.token_key else None
    sign_key = read_key(args.sign_key) if args.sign_key else None
    platform = Platform(args.base, args.client, args.secret, token_key, sign_key)
    status, body = platform.sign_in()
    if status == 200:
        headers = {"Idempotency-Key": args.key} if args.key else {}
        status, _, body = platform.call(args.method, args.path, args.body.encode(), headers)
    print(status, file=sys.stderr)
    sys.stdout.buffer.write(body)
    return 0 if status < 400 else 1


if __name__ == "__main__":
    sys.exit(main())
