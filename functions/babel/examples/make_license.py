#!/usr/bin/env python3
"""Makes a licence over the management interface, for an order in a shop. Python 3.8 and its standard library.

    make_license.py TEMPLATE_ID NAME EMAIL ORDER

TEMPLATE_ID is a template's number, ORDER the shop's own number of the order. The user key, which the customer is sent, is printed.

It may be run again at any time for the same order: the key follows from the order, and a key is taken once. So whatever got lost on
the way, and however many run at once, there is one licence, and everybody is told its key. Where it was deleted since, there is none
and will be none, for its key stays taken: that is said, with exit status 1.

Settings: LATCHKEY_SERVER; LATCHKEY_API_KEY, a key that may create (permission 8) in the role LicenseManager; LATCHKEY_ORDER_SECRET, a
long random text of the shop's own that never changes, so that nobody can work out keys from orders.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request


def user_key(order):
    """The key for an order: 125 bits that nobody can guess, in five groups of five."""
    digest = hmac.new(os.environ["LATCHKEY_ORDER_SECRET"].encode(), order.encode(), hashlib.sha256).digest()
    letters = base64.b32encode(digest).decode()
    return "-".join(letters[place : place + 5] for place in range(0, 25, 5))


def post(path, body):
    """Asks five times at most. Gives the answer, which may be a refusal."""
    request = urllib.request.Request(
        os.environ["LATCHKEY_SERVER"] + path,
        json.dumps(body).encode(),
        {"x-api-key": os.environ["LATCHKEY_API_KEY"], "Content-Type": "application/json"},
    )
    for attempt in range(5):
        if attempt:
            time.sleep(2**attempt)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            # 429 and 5xx are no answer. Everything else is one, and asking again would not change it.
            if error.code != 429 and error.code < 500:
                return json.load(error)
        except OSError:
            pass
    sys.exit("the server could not be asked; run this again later")


def main(template, name, email, order):
    key = user_key(order)
    wanted = {"templateId": int(template), "userKey": key, "licenseeName": name, "licenseeEmail": email, "meta": f"order {order}"}
    answer = post("/v1/licenses", {"license": wanted})
    if not answer["success"] and answer["error"] == "InUse":
        # It was made by an earlier run. Whether it still is there, it says as a licensed program would be told.
        there = post("/v1/license/validate", {"userKey": key})
        if not there["success"] and there["error"] == "LicenseKeyNotFound":
            sys.exit(f"LicenseKeyNotFound: the license of order {order} was deleted; its key stays taken, so make another by another order")
    elif not answer["success"]:
        sys.exit(f"{answer['error']}: {answer['message']}")
    print(key)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
