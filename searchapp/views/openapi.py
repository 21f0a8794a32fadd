"""The OpenAPI 3.1 document of the API: what views say of themselves, and the types of the code, by pydantic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypeVar

from pydantic import Field, TypeAdapter
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from flask import Flask

    from searchapp.views.arguments import Argument

_REFERENCE = "#/components/schemas/{model}"
_CONVERTER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(?P<name>\w+)>")
JSON, PROBLEM = "application/json", "application/problem+json"
View = TypeVar("View", bound=Callable[..., Any])
# What any operation may answer instead.
_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
# What people are told with them.
EXAMPLES = {
    HTTPStatus.BAD_REQUEST: "参数 size=“x”应是 1 到 100 之间的整数。",
    HTTPStatus.UNAUTHORIZED: "密钥已经过期。请向管理员要一把新的。",
    HTTPStatus.NOT_FOUND: "没有这份文件，它可能已从档案中移除。",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "请求带的内容太多。",
    HTTPStatus.REQUEST_URI_TOO_LONG: "地址太长。",
    HTTPStatus.TOO_MANY_REQUESTS: "这一分钟的检索次数或时间用完了，请稍后再试。",
    HTTPStatus.SERVICE_UNAVAILABLE: "现在搜索的人太多，请稍后再试。",
}
_PASSING = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class Problem(TypedDict):
    """What went wrong (RFC 9457): `detail` is a sentence for people, in Chinese or English as they prefer."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an operation takes and answers, as types; with examples."""

    answer: Any
    arguments: Sequence[Argument] = ()
    required: Sequence[Argument] = ()
    path: Sequence[Argument] = ()
    body: Any = None
    body_example: Any = None
    media_type: str = JSON
    is_kept: bool = True
    problems: Sequence[HTTPStatus] = ()


_OPERATIONS: dict[Callable[..., Any], Operation] = {}


def documented(operation: Operation) -> Callable[[View], View]:
    """Say what a view takes and answers; the view itself stays as it is, and costs nothing more.

    It must stand next to the view, below the line that gives it an address.
    """

    def remember(view: View) -> View:
        _OPERATIONS[view] = operation
        return view

    return remember


def operation_of(view: Callable[..., Any] | None) -> Operation | None:
    """Return what a view says of itself."""
    return _OPERATIONS.get(view) if view is not None else None


def describe(app: Flask, *, info: dict[str, Any]) -> dict[str, Any]:
    """Return the document of all documented views of an application."""
    rules = [
        (rule, app.view_functions[rule.endpoint], own)
        for rule in app.url_map.iter_rules()
        if (own := operation_of(app.view_functions[rule.endpoint])) is not None
    ]
    shapes, definitions = _make_schemas([own for _, _, own in rules])
    paths: dict[str, dict[str, Any]] = {}
    for rule, view, own in sorted(rules, key=lambda one: one[0].rule):
        described = _describe_operation(own, shapes)
        summary, _, more = (view.__doc__ or "").strip().partition("\n")
        described |= {"operationId": view.__name__, "summary": summary}
        if more.strip():
            described["description"] = " ".join(more.split())
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(_CONVERTER.sub(r"{\g<name>}", rule.rule), {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],  # a key may be given
    }


def _make_schemas(operations: Iterable[Operation]) -> tuple[dict[tuple[int, str], Any], dict[str, Any]]:
    """Return the JSON Schema of each type by the id of what names it and its part in it, and what they share."""
    types: dict[tuple[int, str], TypeAdapter[Any]] = {(0, "problem"): TypeAdapter(Problem)}
    for own in operations:
        types[id(own), "answer"] = TypeAdapter(own.answer)
        if own.body is not None:
            types[id(own), "body"] = TypeAdapter(own.body)
        for argument in (*own.arguments, *own.required, *own.path):
            types[id(argument), "argument"] = TypeAdapter(argument.type)
    schemas, shared = TypeAdapter.json_schemas(
        [
            (key, "serialization" if key[1] in ("answer", "problem") else "validation", one)
            for key, one in types.items()
        ],
        ref_template=_REFERENCE,
    )
    return {key: schema for (key, _), schema in schemas.items()}, shared.get("$defs", {})


def _describe_operation(own: Operation, shapes: dict[tuple[int, str], Any]) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {"description": "Found", "content": {own.media_type: {"schema": shapes[id(own), "answer"]}}}
    }
    if own.is_kept:
        answers["304"] = {"description": "Not changed since the answer with the ETag of If-None-Match"}
    for status in sorted({*own.problems, *_ALWAYS}):
        problem = {"schema": shapes[0, "problem"], "example": _example(status)}
        answers[str(status.value)] = {"description": status.phrase, "content": {PROBLEM: problem}} | _headers(status)
    described: dict[str, Any] = {
        "parameters": [
            *(_describe_argument(one, shapes, place="path", required=True) for one in own.path),
            *(_describe_argument(one, shapes, place="query", required=True) for one in own.required),
            *(_describe_argument(one, shapes, place="query", required=False) for one in own.arguments),
        ],
        "responses": answers,
    }
    if own.body is not None:
        body = {"schema": shapes[id(own), "body"], "example": own.body_example}
        described["requestBody"] = {"required": True, "content": {JSON: body}}
    return described


def _describe_argument(
    own: Argument, shapes: dict[tuple[int, str], Any], *, place: str, required: bool
) -> dict[str, Any]:
    known = {"name": own.name, "in": place, "description": own.means, "schema": shapes[id(own), "argument"]}
    return known | ({"required": True} if required else {}) | ({} if own.example is None else {"example": own.example})


def _example(status: HTTPStatus) -> dict[str, Any]:
    return {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": EXAMPLES[status]}


def _headers(status: HTTPStatus) -> dict[str, Any]:
    if status not in _PASSING:
        return {}
    schema = {"type": "integer", "minimum": 0}
    return {"headers": {"Retry-After": {"description": "seconds to wait", "required": True, "schema": schema}}}
