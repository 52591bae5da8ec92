"""Matrix's reference server, real, on loopback with SQLite (PyPI matrix-synapse)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from installed import installed, pip

PACKAGE = "matrix-synapse==1.163.2"
PASSWORD = "sp0ThePasswordOfTheAccountsForTests"
_SETTINGS = """
server_name: localhost
pid_file: {data}/pid
database: {{name: sqlite3, args: {{database: "{data}/db"}}}}
log_config: {data}/log.yaml
media_store_path: {data}/media
signing_key_path: {data}/signing.key
registration_shared_secret: for-tests-alone
macaroon_secret_key: for-tests-alone
form_secret: for-tests-alone
report_stats: false
trusted_key_servers: []
federation_domain_whitelist: []
url_preview_enabled: false
max_upload_size: 5M
bcrypt_rounds: 4
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
rc_room_creation: {{per_second: 1000, burst_count: 1000}}
listeners:
  - port: {port}
    type: http
    tls: false
    bind_addresses: ["127.0.0.1"]
    resources: [{{names: [client], compress: false}}]
"""
_LOG = """
version: 1
handlers: {{file: {{class: logging.FileHandler, filename: "{data}/log"}}}}
root: {{level: WARNING, handlers: [file]}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synapse:
    """A running server with the account `@otters:localhost`."""

    url: str
    user: str = "@otters:localhost"

    def ask(self, method: str, path: str, body: object = None, token: str = "") -> dict:
        """An answer of the client API, below /_matrix/client/ where *path* is relative."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.url}{'' if path.startswith('/') else '/_matrix/client/'}{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def register(self, name: str) -> None:
        """Make an account: .../synapse/latest/admin_api/register_api.html."""
        nonce = self.ask("GET", "/_synapse/admin/v1/register")["nonce"]
        signed = f"{nonce}\0{name}\0{PASSWORD}\0notadmin".encode()
        mac = hmac.new(b"for-tests-alone", signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": PASSWORD, "mac": mac}
        self.ask("POST", "/_synapse/admin/v1/register", body | {"admin": False})

    def login(self, device: str) -> str:
        """A new access token for *device*."""
        who = {"type": "m.id.user", "user": self.user}
        body = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        return self.ask("POST", "v3/login", body | {"device_id": device})["access_token"]


@contextmanager
def synapse(data: Path) -> Iterator[Synapse]:
    """A server whose data lie in *data*. It starts in about four seconds."""
    programs = installed("synapse", PACKAGE, lambda folder: pip(folder, PACKAGE)) / "venv/bin"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (data / "log.yaml").write_text(_LOG.format(data=data))
    settings = data / "settings.yaml"
    settings.write_text(_SETTINGS.format(data=data, port=port))
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (data / "signing.key").write_text(f"ed25519 a_tests {key}\n")
    start = [str(programs / "python"), "-m", "synapse.app.homeserver", "-c", str(settings)]
    with (data / "out").open("wb") as out:
        process = subprocess.Popen(start, stdout=out, stderr=out)
        try:
            server = Synapse(url=f"http://127.0.0.1:{port}")
            _wait(server, process, data)
            server.register("otters")
            yield server
        finally:
            process.terminate()
            process.wait(20)


def _wait(server: Synapse, process: subprocess.Popen[bytes], data: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            server.ask("GET", "versions")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((data / "out").read_text()[-2000:])
