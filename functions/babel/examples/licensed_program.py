#!/usr/bin/env python3
"""A licensed program, over the Babel Licensing Service's interface for clients. Python 3.8 and its standard library.

    licensed_program.py start   USER_KEY    activates this machine, or borrows a floating seat, whichever the licence is
    licensed_program.py beat                keeps a floating seat: every 5 minutes; it is lent for 15
    licensed_program.py check               asks the server whether all is well: once a day is plenty
    licensed_program.py offline             believes the signed licence file alone: no server is asked
    licensed_program.py stop                gives the seat back

Settings, which a program has built in: LICENSE_SERVER, LICENSE_PUBLIC_KEY (the vendor's, PEM or base64), LICENSE_STATE (a file).
Ends with 0 where the program may run, 1 where it may not, 2 where it was called wrongly.

The one rule: a definite no of the server counts; a server that is down, slow or throttled changes nothing, and the signed licence
says until when the program may go on without one.
"""

import base64
import hashlib
import json
import os
import platform
import sys
import time
import urllib.error
import urllib.request
import uuid

SERVER = os.environ.get("LICENSE_SERVER", "https://licenses.example.com")
PUBLIC_KEY = os.environ.get("LICENSE_PUBLIC_KEY", "")
STATE = os.environ.get("LICENSE_STATE", os.path.expanduser("~/.my-program-license.json"))

# For how long the program goes on without having heard from the server.
GRACE_SECONDS = 14 * 86400


class Refused(Exception):
    """The server's definite no. Its code is the error's name, such as LicenseRevoked."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class NoAnswer(Exception):
    """Nothing is known: to be asked again after `seconds`."""

    def __init__(self, seconds):
        super().__init__("the license server could not be asked")
        self.seconds = seconds


def ask(path, body):
    """Asks the server, and gives its answer."""
    request = urllib.request.Request(
        f"{SERVER}/v1/license/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        after = error.headers.get("Retry-After", "")
        try:
            said = json.load(error)
            code, message = said["error"], said["message"]
        except (ValueError, KeyError, TypeError):
            code = message = None
        # 401 is about an application's key, not about the licence.
        if code and error.code in (400, 403, 404, 422):
            raise Refused(code, message) from None
        raise NoAnswer(int(after) if after.isdigit() else 60) from None
    except (OSError, ValueError):
        raise NoAnswer(60) from None


def machine():
    """A fingerprint of this machine: stable, and not telling."""
    name = f"{platform.node()} {uuid.getnode()}"
    return hashlib.sha256(name.encode()).hexdigest()


def who(state):
    return {"userKey": state["userKey"], "machineId": machine(), "clientId": "main", "clientName": "My Program 1.0"}


def load():
    try:
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def save(state):
    # Only the user may read it: it holds the key.
    descriptor = os.open(STATE + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(state, file)
    os.replace(STATE + ".new", STATE)


def remember(state, answer):
    """Keeps what an answer says: when it was said, and the signed licence."""
    state["heard"] = int(time.time())
    state["refused"] = ""
    license = answer.get("license") or {}
    if license.get("licenseKey"):
        state["signed"] = bytes(license["licenseKey"]).decode()
    save(state)


def start(user_key):
    """Takes a seat. Starting again on the same machine holds the same one."""
    state = {"userKey": user_key, "floating": False}
    try:
        answer = ask("activate", who(state))
    except Refused as refused:
        if refused.code != "LicenseOfOtherMode":
            raise
        state["floating"] = True
        answer = ask("floating/request", who(state))
    remember(state, answer)
    seats = answer["maxClientCount"]
    print(f"seat {answer['activeClientCount']} of {'any number' if seats < 0 else seats}")


def beat(state):
    """Keeps a floating seat, and takes another where this one was given away meanwhile."""
    try:
        answer = ask("floating/heartbeat", who(state))
    except Refused as refused:
        if refused.code not in ("TokenExpired", "TokenNotFound"):
            raise
        answer = ask("floating/request", who(state))
    remember(state, answer)
    print(f"next in {answer['heartbeatInterval']} s")


def check(state):
    """Asks about the licence and about the seat that is held here."""
    remember(state, ask("validate", who(state)))
    print("valid")


def stop(state):
    ask("floating/release" if state.get("floating") else "deactivate", who(state))
    os.remove(STATE)
    print("given back")


def offline(state):
    """What the signed licence says by itself."""
    license = verify(state.get("signed", "").encode(), PUBLIC_KEY)
    expires = license.get("expireDate")
    if expires and time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) >= expires:
        raise Refused("LicenseExpired", f"the license ended on {expires}")
    return license


def verify(file, public_key):
    """Verifies a licence file, and gives what it says. The key is the one that the program was built with; the file's word for it
    counts for nothing, and nothing of the payload is looked at before its signature was."""
    try:
        envelope = json.loads(file)
        if (envelope["format"], envelope["version"], envelope["algorithm"]) != ("latchkey-license", 1, "Ed25519"):
            raise ValueError
        payload = base64.b64decode(envelope["payload"], validate=True)
        signature = base64.b64decode(envelope["signature"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise Refused("LicenseTampered", "this is no license file") from None
    if not ed25519_verify(raw_public_key(public_key), payload, signature):
        raise Refused("LicenseTampered", "the license file is not signed with our key")
    said = json.loads(payload)
    if said["version"] != 1:
        raise Refused("LicenseTampered", "the license file is of a later form than this program knows")
    return said["license"]


def raw_public_key(text):
    """The 32 bytes of an Ed25519 key, which are the last of its DER."""
    lines = [line for line in text.splitlines() if not line.startswith("-----")]
    return base64.b64decode("".join(lines))[-32:]


# Ed25519 as RFC 8032 has it (5.1.7), verification alone: nothing here is secret, so nothing has to be constant in time. It takes some
# hundredths of a second. Where the package `cryptography` is at hand, use that.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(number, point):
    product = (0, 1, 1, 0)
    while number:
        if number & 1:
            product = add(product, point)
        point = add(point, point)
        number >>= 1
    return product


def point_of(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def decoded(data):
    number = int.from_bytes(data, "little")
    return point_of(number & ((1 << 255) - 1), number >> 255)


BASE = point_of(4 * pow(5, P - 2, P) % P, 0)


def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = decoded(public), decoded(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiply(response, BASE), add(commitment, multiply(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def main(arguments):
    state = load()
    verb = arguments[0] if arguments else ""
    if verb == "start" and len(arguments) == 2:
        start(arguments[1])
        return 0
    if verb not in ("beat", "check", "offline", "stop") or len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    if not state:
        raise Refused("NotStarted", "there is no license here yet")
    if verb == "offline":
        license = offline(state)
        print(license["id"], license["type"], license.get("expireDate", "never ends"))
        return 0
    try:
        {"beat": beat, "check": check, "stop": stop}[verb](state)
    except Refused as refused:
        state["refused"] = refused.code
        save(state)
        raise
    except NoAnswer as fault:
        if verb == "stop" or state["refused"]:
            raise
        if time.time() - state["heard"] > GRACE_SECONDS:
            raise Refused("NoAnswer", "the license server has not been heard of for too long") from None
        print(f"{fault}; the last answer counts; again in {fault.seconds} s")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Refused, NoAnswer) as error:
        sys.exit(f"{getattr(error, 'code', 'NoAnswer')}: {error}")
