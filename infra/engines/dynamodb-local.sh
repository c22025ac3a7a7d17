#!/usr/bin/env bash
# Runs DynamoDB Local, in memory, until it is told to stop: dynamodb-local.sh [PORT]
#
# Prints `LATCHKEY_TEST_DYNAMODB_ENDPOINT=…` once it answers. Exits 77 with one line `skipped: …` where this machine cannot run it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=infra/engines/engine.sh
source "$here/engine.sh"

name="DynamoDB Local"
port=$(port_from "${1:-8000}")
home=$(cd "$here/../.." && pwd)/target/engines/dynamodb-local

need java
# The oldest Java that the pinned version's classes load on.
java_major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
[ "${java_major:-0}" -ge 17 ] || skip "Java 17 or newer is needed, this is ${java_major:-unknown}"

# The pom is kept beside what it fetched: a changed version is fetched again, an unchanged one needs no network and no Maven.
if ! cmp -s "$here/pom.xml" "$home/pom.xml"; then
    need mvn
    rm -rf "$home"
    mkdir -p "$home"
    mvn -B -q -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
        "-DoutputDirectory=$home/lib" >"$home/maven.log" 2>&1 || skip "Maven cannot fetch it, see $home/maven.log"
    cp "$here/pom.xml" "$home/pom.xml"
fi

# One database for every credential and region, as the embedded engine has. The native SQLite library is found beside the jars.
# Telemetry is on unless it is refused.
cd "$home"
java "-Djava.library.path=$home/lib" -cp "$home/lib/*" com.amazonaws.services.dynamodbv2.local.main.ServerRunner \
    -inMemory -sharedDb -disableTelemetry -port "$port" >"$home/server.log" 2>&1 &
serve "$!" "$port" "$home/server.log" "LATCHKEY_TEST_DYNAMODB_ENDPOINT=http://127.0.0.1:$port"
