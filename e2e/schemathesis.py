"""Holds a running server against the OpenAPI document it serves, with requests that nobody thought of.

`cargo xtask test` runs it in a Python environment that has schemathesis, with COUNTERSIGN_BIN naming the server.
It starts a server on a database that is thrown away, and asks it as an API key that may do everything, as an agent and
an administrator who are logged in, and as nobody.
A server error or an answer that the document does not know fails the run. SCHEMATHESIS_SECONDS bounds each pass.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

SECONDS = os.environ.get("SCHEMATHESIS_SECONDS", "50")
SEED = os.environ.get("SCHEMATHESIS_SEED", "20261121")

INTERPRETER_FAULT = "AST constructor recursion depth mismatch"

# A stream without an end; and what would take the caller's own key away in the middle of the run.
LEFT_OUT = ["/v1/live", "/v1/api-keys/{id}", "/v1/api-keys/{id}/rotate"]

# What would end the caller's own session, or shut them out, in the middle of the run.
ENDS_A_SESSION = [
    "/v1/auth/logout",
    "/v1/me/password",
    "/v1/me/sessions/{id}",
    "/v1/users/{id}",
]

PASSWORD = "a rather long passphrase 1"

# These say what schemathesis thinks of a request, not whether the answer is in the document. The server accepts more
# than its schema says in a few places (an id that is not one is 404, not 400), and less in others (a phone number
# that no country has), which no schema can say.
OPINIONS = "positive_data_acceptance,negative_data_rejection,missing_required_header,unsupported_method"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_ready(url, server):
    for _ in range(600):
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server is not ready")


def call(url, body, headers=None):
    headers = {"Content-Type": "application/json", "Origin": url.split("/v1/")[0]} | (headers or {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers, json.loads(answer.read() or b"null")


def log_in(url, email, password):
    """The headers of somebody who is logged in."""
    headers, answer = call(url + "/v1/auth/login", {"email": email, "password": password})
    cookie = headers["Set-Cookie"].split(";")[0]
    return ["Cookie: " + cookie, "X-CSRF-Token: " + answer["csrf_token"], "Origin: " + url]


def invite(url, key, role):
    """The headers of a new colleague of that role."""
    person = {"email": role + "@colleague.example", "name": role, "role": role}
    _, invited = call(url + "/v1/users", person, {"Authorization": "Bearer " + key})
    token = invited["invitation_url"].split("token=")[1]
    call(url + "/v1/invitations/accept", {"token": token, "password": PASSWORD})
    return log_in(url, person["email"], PASSWORD)


def run(url, name, headers):
    program = pathlib.Path(sys.executable).parent / "schemathesis"
    is_session = len(headers) > 1
    # What it makes up for a key beside a good cookie is no test of anything.
    excluded = OPINIONS + (",ignored_auth" if is_session else "")
    words = [program, "run", url + "/v1/openapi.json", "--checks", "all", "--exclude-checks", excluded]
    words += ["--max-time", SECONDS, "--request-timeout", "40", "--seed", SEED, "--workers", "1", "--no-color"]
    words += ["--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"]
    words += ["--generation-database", "none"]
    for path in LEFT_OUT + (ENDS_A_SESSION if is_session else []):
        words += ["--exclude-path", path]
    for header in headers:
        words += ["--header", header]
    if not headers:
        # Nobody sends no credentials at all; whether they are asked for is what this pass is about.
        words += ["--generation-with-security-parameters", "false"]
    print(f"== schemathesis as {name}", flush=True)
    hooks = {"SCHEMATHESIS_HOOKS": str(pathlib.Path(__file__).parent / "schemathesis_hooks.py")}
    for _ in range(3):
        ran = subprocess.run(
            [str(w) for w in words], cwd=tempfile.gettempdir(), env=os.environ | hooks, stdout=subprocess.PIPE, text=True
        )
        print("\n".join(line[:2000] for line in ran.stdout.splitlines()), flush=True)
        # CPython 3.11 and 3.12 can fail to parse Python in schemathesis itself (python/cpython#106905): nothing was found
        # by that run, so it is made again. Whatever the server did wrong fails as ever.
        if INTERPRETER_FAULT not in ran.stdout:
            break
    return ran.returncode


def main():
    binary = os.environ.get("COUNTERSIGN_BIN") or sys.exit("COUNTERSIGN_BIN names the server")
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COUNTERSIGN_")}
    clean |= {"COUNTERSIGN_LOG_LEVEL": "warn", "COUNTERSIGN_SERVER_CONNECTIONS_PER_IP_MAX": "1000"}
    with tempfile.TemporaryDirectory(prefix="countersign-schemathesis-") as directory:
        place = ["--data-dir", directory + "/data"]
        made = subprocess.run([binary, "setup", "--json", *place], env=clean, check=True, stdout=subprocess.PIPE)
        key = json.loads(made.stdout)["api_key"]
        address = f"127.0.0.1:{free_port()}"
        with open(directory + "/log", "w+") as log:
            server = subprocess.Popen([binary, "serve", "--listen", address, *place], env=clean, stderr=log)
            try:
                wait_until_ready("http://" + address, server)
                url = "http://" + address
                callers = {
                    "an API key": ["Authorization: Bearer " + key],
                    "an agent": invite(url, key, "agent"),
                    "an administrator": invite(url, key, "admin"),
                    "nobody": [],
                }
                failed = [name for name, headers in callers.items() if run(url, name, headers)]
            finally:
                server.terminate()
                ended = server.wait(timeout=30)
            log.seek(0)
            errors = [line for line in log if '"ERROR"' in line]
    for line in errors[:20]:
        print(line, end="")
    if failed or errors or ended:
        sys.exit(f"failed as: {', '.join(failed) or 'the server'}; {len(errors)} errors in its log; it ended with {ended}")


main()
