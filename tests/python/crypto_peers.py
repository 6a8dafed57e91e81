"""National and international cryptography as three other packages have it.

    python crypto_peers.py FOLDER

Reads FOLDER/ours.json, which jinqiao made, and ends with an error where gmssl, gmalg or cryptography find it wrong.
Writes FOLDER/theirs.json: what they sign and seal, for jinqiao to verify and open.
"""

import base64
import json
import pathlib
import secrets
import sys

import gmalg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl import func, sm2, sm3, sm4

IDENTITY = b"1234567812345678"
# Subject public key info of a key on the curve of SM2, up to the point.
PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
CIPHERS = {"sm4-gcm": algorithms.SM4, "aes-256-gcm": algorithms.AES}


def point_of(pem):
    """The 64 bytes of a public key's point."""
    body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    der = base64.b64decode(body)
    assert der.startswith(PREFIX) and der[len(PREFIX)] == 4, der.hex()
    return der[len(PREFIX) + 1 :]


def pem_of(point):
    """A public key's PEM from the 64 bytes of its point."""
    text = base64.b64encode(PREFIX + b"\x04" + point).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def check_digest(message, digest):
    assert sm3.sm3_hash(func.bytes_to_list(message)) == digest
    other = gmalg.SM3()
    other.update(message)
    assert other.value().hex() == digest


def check_signature(message, public, signature):
    point = point_of(public)
    r, s = (number.to_bytes(32, "big") for number in decode_dss_signature(signature))
    first = sm2.CryptSM2(private_key=None, public_key=point.hex())
    assert first.verify_with_sm3((r + s).hex(), message), "gmssl"
    assert not first.verify_with_sm3((r + s).hex(), message + b"x"), "gmssl takes another message"
    second = gmalg.SM2(uid=IDENTITY, pk=b"\x04" + point)
    assert second.verify(message, r, s), "gmalg"
    assert not second.verify(message + b"x", r, s), "gmalg takes another message"


def check_sealed(one):
    key, nonce, bound, value, body = (
        bytes.fromhex(one[name]) for name in ("key", "nonce", "bound", "value", "body")
    )
    cipher = CIPHERS[one["algorithm"]](key)

    def opened(bound):
        reader = Cipher(cipher, modes.GCM(nonce, body[-16:])).decryptor()
        reader.authenticate_additional_data(bound)
        return reader.update(body[:-16]) + reader.finalize()

    assert opened(bound) == value, "cryptography"
    try:
        opened(bound + b"x")
    except InvalidTag:
        pass
    else:
        raise AssertionError("cryptography opens it in another place")
    if one["algorithm"] == "sm4-gcm":
        check_blocks(key, nonce, value, body)


def check_blocks(key, nonce, value, body):
    """The ciphertext is the value and the enciphered counters, block by block, in the packages that have SM4 alone."""
    first = sm4.CryptSM4()
    first.set_key(key, sm4.SM4_ENCRYPT)
    second = gmalg.SM4(key)
    for number, at in enumerate(range(0, len(value), 16), start=2):
        counter = nonce + number.to_bytes(4, "big")
        stream = second.encrypt(counter)
        assert bytes(first.crypt_ecb(counter)[:16]) == stream, "gmssl and gmalg differ"
        block = bytes(a ^ b for a, b in zip(value[at : at + 16], stream))
        assert body[at : at + len(block)] == block, at


def signed(message):
    """One signature of each package, over a message of its own, with a fresh key."""
    private, point = gmalg.SM2().generate_keypair()
    first = sm2.CryptSM2(private_key=private.hex(), public_key=point[1:].hex())
    text = first.sign_with_sm3(message + b" gmssl")
    r, s = int(text[:64], 16), int(text[64:], 16)
    yield message + b" gmssl", point[1:], encode_dss_signature(r, s)
    private, point = gmalg.SM2().generate_keypair()
    r, s = gmalg.SM2(sk=private, uid=IDENTITY, pk=point).sign(message + b" gmalg")
    both = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    yield message + b" gmalg", point[1:], encode_dss_signature(*both)


def sealed(name, message):
    key = secrets.token_bytes(16 if name == "sm4-gcm" else 32)
    nonce, bound = secrets.token_bytes(12), b"their place"
    writer = Cipher(CIPHERS[name](key), modes.GCM(nonce)).encryptor()
    writer.authenticate_additional_data(bound)
    body = writer.update(message) + writer.finalize() + writer.tag
    parts = {"key": key, "nonce": nonce, "bound": bound, "value": message, "body": body}
    return {"algorithm": name} | {part: value.hex() for part, value in parts.items()}


def main():
    folder = pathlib.Path(sys.argv[1])
    ours = json.loads((folder / "ours.json").read_text())
    message = bytes.fromhex(ours["message"])
    check_digest(message, ours["sm3"])
    check_signature(message, ours["sm2"]["public"], bytes.fromhex(ours["sm2"]["signature"]))
    for one in ours["sealed"]:
        check_sealed(one)
    theirs = {
        "sm2": [
            {"message": over.hex(), "public": pem_of(point), "signature": signature.hex()}
            for over, point, signature in signed(message)
        ],
        "sealed": [sealed(name, message) for name in CIPHERS],
    }
    (folder / "theirs.json").write_text(json.dumps(theirs))


if __name__ == "__main__":
    main()
