"""Two kinds of storage, real, on loopback: S3 (PyPI moto) and SFTP (PyPI asyncssh).

`storage` starts this very file with the environment that holds them; it stops when its standard
input is closed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = (
    *("moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5", "asyncssh==2.24.1"),
    *("fsspec==2026.9.0", "s3fs==2026.9.0", "paramiko==5.1.0"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Addresses for `render --workers --out`, and the environment that makes them work."""

    s3: str
    sftp: str
    environment: dict[str, str]
    root: Path
    """What is below the address *sftp*."""


@contextmanager
def storage(data: Path) -> Iterator[Storage]:
    """The servers, in a second or two; keys and files lie in *data*."""
    from installed import installed, pip

    folder = installed("storage", "\n".join(PACKAGES), lambda new: pip(new, *PACKAGES) and None)
    python = folder / "venv/bin/python"
    (data / "root").mkdir()
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [python, "-I", __file__, data],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        with server:
            line = server.stdout.readline()
            assert line, (data / "log").read_text()[-2000:]
            told = json.loads(line)
            yield Storage(
                s3="s3://cards-of-withy/2026",
                sftp="sftp://otter@127.0.0.1/cards/2026",
                environment={
                    "PYTHONPATH": told["packages"],
                    "AWS_ACCESS_KEY_ID": "otter",
                    "AWS_SECRET_ACCESS_KEY": "for-tests-alone",
                    "AWS_DEFAULT_REGION": "us-east-1",
                    "AWS_ENDPOINT_URL": told["s3"],
                    "FSSPEC_SFTP": json.dumps(
                        {"port": told["sftp"], "key_filename": str(data / "key")}
                    ),
                },
                root=data / "root",
            )
            server.stdin.close()


async def _serve_sftp(data: Path, told: dict[str, object]) -> None:
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(data / "key")
    key.write_public_key(data / "known")

    def chroot(channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=bytes(data / "root"))

    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        authorized_client_keys=str(data / "known"),
        sftp_factory=chroot,
    )
    told["sftp"] = listener.get_port()


async def _serve(data: Path) -> None:
    import asyncio
    import sysconfig

    import boto3
    from moto.server import ThreadedMotoServer

    told: dict[str, object] = {"packages": sysconfig.get_path("purelib")}
    await _serve_sftp(data, told)
    bucket = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    bucket.start()
    host, port = bucket.get_host_and_port()
    told["s3"] = f"http://{host}:{port}"
    sign_in = {"aws_access_key_id": "otter", "aws_secret_access_key": "for-tests-alone"}
    client = boto3.client("s3", "us-east-1", endpoint_url=told["s3"], **sign_in)
    client.create_bucket(Bucket="cards-of-withy")
    print(json.dumps(told), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    bucket.stop()


if __name__ == "__main__":
    import asyncio

    asyncio.run(_serve(Path(sys.argv[1])))
