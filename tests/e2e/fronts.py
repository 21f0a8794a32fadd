"""What stands before and around the site in a browser: a proxy that shows it below a path, foreign pages that embed it."""

from __future__ import annotations

import datetime
import ipaddress
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conftest import Site

BELOW = "/a/b"
_HERE = "127.0.0.1"
# One server for each way of showing a site below a path: the path is handed on, or cut off by the slash after the port.
_SERVER = """
    server {{
        listen {here}:{port} ssl;
        location {below}/ {{
            proxy_pass http://{upstream}{cut};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-Prefix {below};
        }}
    }}"""
_NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
    access_log off;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""
_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="{charset}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>内网</title><link rel="stylesheet" href="{sheet}">
<main>{body}</main>
"""


def find_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as own:
        own.bind((_HERE, 0))
        return int(own.getsockname()[1])


def write_certificate(folder: Path) -> Path:
    """Write a certificate of this machine that it has signed itself, and its key; return the first."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_HERE))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = folder / "certificate.pem"
    written.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return written


@contextmanager
def showing_below(site: Site, folder: Path) -> Iterator[dict[str, Site]]:
    """Show a site below a path over TLS by a real nginx, which hands the path on or cuts it off."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.fail("no nginx: `make test` installs Debian's, or install the package nginx-light")
    write_certificate(folder)
    upstream = urlsplit(site.address).netloc
    ports = {"below": find_port(), "cut": find_port()}
    cuts = {"below": "", "cut": "/"}
    servers = "".join(
        _SERVER.format(here=_HERE, port=port, upstream=upstream, below=BELOW, cut=cuts[way])
        for way, port in ports.items()
    )
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, servers=servers), encoding="utf-8")
    with subprocess.Popen([nginx, "-e", str(folder / "errors"), "-c", str(configuration)]) as process:
        for port in ports.values():
            wait_until_listening(process, port)
        yield {way: Site(f"https://{_HERE}:{port}{BELOW}", site.process) for way, port in ports.items()}
        process.terminate()
        process.wait(timeout=10)


def wait_until_listening(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until something listens."""
    for _ in range(100):
        assert process.poll() is None, "nginx has ended"
        with socket.socket() as own:
            if own.connect_ex((_HERE, port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx does not listen")


@dataclass
class Host:
    """A server of foreign pages: one origin whose pages may embed the site, and one whose may not."""

    port: int
    pages: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def origin(self) -> str:
        """The origin that the site knows."""
        return f"http://localhost:{self.port}"

    @property
    def stranger(self) -> str:
        """The origin that it does not know."""
        return f"http://{_HERE}:{self.port}"

    def show(self, body: str, *, policy: str = "", style: str = "", charset: str = "utf-8") -> str:
        """Serve a page with a Content-Security-Policy; return its path."""
        path = f"/{next(self.numbers)}"
        self.pages[f"{path}.css"] = (style.encode(), "")
        self.pages[path] = (_PAGE.format(charset=charset, sheet=f"{path}.css", body=body).encode(charset), policy)
        return path


@contextmanager
def hosting() -> Iterator[Host]:
    """Serve foreign pages."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content, policy = host.pages.get(self.path, (b"", ""))
            self.send_response(200 if self.path in host.pages else 404)
            self.send_header("Content-Type", "text/css" if self.path.endswith(".css") else "text/html")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((_HERE, 0), Handler) as server:
        host = Host(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield host
        server.shutdown()
