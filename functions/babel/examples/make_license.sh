#!/usr/bin/env bash
# Makes a licence over the management interface and prints its user key: with curl, and python3 for the JSON.
#
#   make_license.sh TEMPLATE_ID NAME EMAIL
#
# Settings: LATCHKEY_SERVER, LATCHKEY_API_KEY. Each run makes a licence; make_license.py makes one an order.
set -euo pipefail

template=$1 name=$2 email=$3
body=$(python3 -c '
import json, sys
template, name, email = sys.argv[1:]
print(json.dumps({"license": {"templateId": int(template), "licenseeName": name, "licenseeEmail": email}}))
' "$template" "$name" "$email")

# The API key comes from a file, so to speak: what stands in a command line, everybody on the machine can read.
if ! answer=$(curl -sS --fail-with-body --max-time 30 -H @<(printf 'x-api-key: %s\n' "$LATCHKEY_API_KEY") \
    -H 'content-type: application/json' --data-binary @- "$LATCHKEY_SERVER/v1/licenses" <<<"$body"); then
    echo "$answer" >&2
    exit 1
fi
python3 -c 'import json, sys; print(json.load(sys.stdin)["userKey"])' <<<"$answer"
