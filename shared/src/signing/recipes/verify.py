"""python3 verify.py LICENSE PUBLIC_KEY: prints what a licence file says and ends with 0, if it is signed with that key (PEM)."""
import base64, json, sys
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

file = json.load(open(sys.argv[1]))
key = load_pem_public_key(open(sys.argv[2], "rb").read())
try:
    payload = base64.b64decode(file["payload"], validate=True)
    key.verify(base64.b64decode(file["signature"], validate=True), payload)
except (InvalidSignature, KeyError, ValueError):
    sys.exit("not signed with this key")
print(payload.decode())
