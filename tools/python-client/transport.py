from __future__ import annotations

import http.client
import json
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict


class CineloomError(Exception):
    """What the server could not do: `status` of HTTP, `title`, `detail` and `next_step` in words, and the whole `document`."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        error = document.get("error")
        said = error if isinstance(error, dict) else document
        self.status = status
        self.document = document
        self.title = str(said.get("title", said.get("code", "")))
        self.detail = str(said.get("detail", said.get("message", "")))
        self.next_step = str(said.get("next_step", ""))
        super().__init__(f"{status} {self.title}: {self.detail}")


class StreamEvent(NamedTuple):
    """One server-sent event; `data` is read where it is JSON, and the text as it came where it is not."""

    id: str
    event: str
    data: Any


def _part(value: object) -> str:
    return urllib.parse.quote(str(value), safe="")


def _query(values: Mapping[str, Any]) -> str:
    said: list[tuple[str, str]] = []
    for name, value in values.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                said.append((name, str(one).lower() if isinstance(one, bool) else str(one)))
    return f"?{urllib.parse.urlencode(said)}" if said else ""


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


class Transport:
    """Asks one server; a connection a request, so that threads may share it. A request whose connection breaks is sent once more."""

    def __init__(self, address: str = "http://127.0.0.1:8787", *, token: str | None = None, timeout: float = 60.0) -> None:
        """address: with the path where a proxy serves it under one; token: of an account (`cineloom account token add`); timeout: in seconds."""
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an address of a server: {address}")
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self._root = parts.path.rstrip("/")
        self._token = token
        self._timeout = timeout

    def _send(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        kind = http.client.HTTPSConnection if self._is_secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout)
        connection.request(method, target, body=body, headers=dict(headers))
        return connection.getresponse()

    def _ask(self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str | None], body: Any) -> http.client.HTTPResponse:
        said = {name: value for name, value in headers.items() if value is not None}
        if self._token is not None:
            said["Authorization"] = f"Bearer {self._token}"
        if body is not None and not isinstance(body, bytes):
            said["Content-Type"] = "application/json"
            body = json.dumps(body).encode()
        if method in ("POST", "PATCH"):
            said["Idempotency-Key"] = uuid.uuid4().hex  # the server does once what comes again because its answer was lost
        target = self._root + path + _query(query)
        try:
            answer = self._send(method, target, body, said)
        except (ConnectionError, http.client.BadStatusLine):
            answer = self._send(method, target, body, said)
        if answer.status < 400:
            return answer
        text = answer.read().decode(errors="replace")
        document = _read(text)
        raise CineloomError(answer.status, document if isinstance(document, dict) else {"title": answer.reason, "detail": text})

    def _bytes(self, method: str, path: str, query: Mapping[str, Any] = {}, headers: Mapping[str, str | None] = {}, body: Any = None) -> bytes:
        with self._ask(method, path, query, headers, body) as answer:
            return answer.read()

    def _text(self, method: str, path: str, query: Mapping[str, Any] = {}, headers: Mapping[str, str | None] = {}, body: Any = None) -> str:
        return self._bytes(method, path, query, headers, body).decode()

    def _json(self, method: str, path: str, query: Mapping[str, Any] = {}, headers: Mapping[str, str | None] = {}, body: Any = None) -> Any:
        return json.loads(self._bytes(method, path, query, headers, body))

    def _events(self, method: str, path: str, query: Mapping[str, Any] = {}, headers: Mapping[str, str | None] = {}, body: Any = None) -> Iterator[StreamEvent]:
        with self._ask(method, path, query, {**headers, "Accept": "text/event-stream"}, body) as answer:
            name, last, data = "message", "", []
            for line in (raw.decode().rstrip("\r\n") for raw in answer):
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if field == "event":
                    name = value
                elif field == "id":
                    last = value
                elif field == "data":
                    data.append(value)
                elif not line and data:
                    yield StreamEvent(last, name, _read("\n".join(data)))
                    name, data = "message", []
