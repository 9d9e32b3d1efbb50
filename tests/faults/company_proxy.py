"""A forward proxy as companies have it, in the loop of a test: it passes calls on, or stands in their way."""

import asyncio
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PAGES = {
    "login": ("407 Proxy Authentication Required", "Please log in"),
    "blocked": ("403 Forbidden", "Access to this address is blocked"),
    "portal": ("200 OK", "Please sign in to the network"),
    "busy": ("503 Service Unavailable", "The proxy is busy"),
    "impatient": ("504 Gateway Time-out", "The other side took too long"),
}
ASKS = {"passes", "cuts", "impatient"}
"""Those that pass the call on first."""


@asynccontextmanager
async def company_proxy(mode, *, once=False):
    """Yield its address; with `once` the first call alone meets `mode`."""
    met = []

    async def serve(reader, writer):
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            now = "passes" if once and met else mode
            met.append(mode)
            await handle(now, reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def handle(mode, reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    size = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
    body = await reader.readexactly(size)
    answer = await passed_on(lines, body) if mode in ASKS else b""
    if mode in PAGES:
        status, words = PAGES[mode]
        page = f"<html><head><title>proxy</title></head><body>{words}</body></html>".encode()
        lines = (f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(page)}", "Connection: close")
        answer = "\r\n".join([*lines, "", ""]).encode() + page
    writer.write(answer[: len(answer) // 2] if mode == "cuts" else answer)
    await writer.drain()


async def passed_on(lines, body):
    """Ask whom the first line names, by its path alone, and return all that comes."""
    method, url, version = lines[0].split(" ")
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    kept = [line for line in lines[1:] if line and not line.lower().startswith(("connection:", "proxy-"))]
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = "\r\n".join([f"{method} {path} {version}", *kept, "Connection: close", "", ""])
    writer.write(head.encode("latin-1") + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer
