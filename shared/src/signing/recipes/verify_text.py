"""python3 verify_text.py LICENSE PUBLIC_KEY: the same for the forms ASCII and BASE32, and for RSA keys as well."""
import base64, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

text = open(sys.argv[1]).read()
key = load_pem_public_key(open(sys.argv[2], "rb").read())
if text.startswith("-----BEGIN"):
    data = base64.b64decode("".join(text.split("\n")[1:-2]), validate=True)
else:
    digits = "".join(text.upper().replace("-", " ").split()).translate(str.maketrans("OIL", "011"))
    alphabet = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    data = base64.b32decode(digits.translate(alphabet) + "=" * (-len(digits) % 8))
end = 14 + int.from_bytes(data[10:14], "big")
try:
    if data[:2] == b"\x01\x01":
        key.verify(data[end:], data[:end])
    else:
        key.verify(data[end:], data[:end], PKCS1v15(), SHA256())
except InvalidSignature:
    sys.exit("not signed with this key")
print(data[14:end].decode())
