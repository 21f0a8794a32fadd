"""The API is what its document says: answers, refusals, cursors, exports, batches, and who may ask from where."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from pydantic import TypeAdapter
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from indexer import OpenIndex, Settings, SettingsError
from indexer.settings import read_settings
from indexer.updating.pipeline import update_index
from searchapp import create_app
from searchapp.records import HIT_FIELDS
from searchapp.views import api
from searchapp.views.openapi import operation_of
from tests.conftest import Write, browse

# 413 and 414 are refusals, too; the defaults of these two checks do not know them.
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": True, "database": "none"},
        "checks": {
            "negative_data_rejection": {"expected-statuses": ["400", "404", "405", "413", "414", "415"]},
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "413", "414"]},
        },
    }
)
EXAMPLES = 15  # for each operation and each of right and wrong


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/api/v1/openapi.json").text)
    return found


def plain(application: Any) -> Any:
    """Return an application that nobody asks for packed answers; schemathesis does, and unpacks none."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        return application({**environ, "HTTP_ACCEPT_ENCODING": ""}, start_response)

    return answer


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_schemathesis_finds_no_answer_that_the_document_does_not_say(
    corpus_settings: Settings, corpus_index: OpenIndex, document: dict[str, Any], mode: GenerationMode
) -> None:
    """Arguments and bodies made from the document alone, right and wrong ones: each answer is as it says, none is 5xx."""
    ids = [own.id for own in corpus_index.reader.iter_documents()][:50]
    schema = schemathesis.openapi.from_dict(document, config=CONFIG)
    schema.app = app = create_app(corpus_settings)
    app.wsgi_app = plain(app.wsgi_app)  # type: ignore[method-assign]

    @schema.hook
    def map_path_parameters(_context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:
        """Let half of the ids be somebody's; a random one is nobody's."""
        asked = str((path_parameters or {}).get("document_id", ""))
        return {**path_parameters, "document_id": ids[len(asked) % len(ids)]} if len(asked) % 2 else path_parameters

    answers: Counter[str] = Counter()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if mode == GenerationMode.NEGATIVE and not (operation.query.items or operation.body.items):
            continue  # there is nothing to be wrong

        @trying(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answers[str(case.call_and_validate(app=app).status_code)[0]] += 1

        ask()
    assert answers["5"] == 0
    assert answers["2" if mode == GenerationMode.POSITIVE else "4"] > 50


def test_the_document_is_of_openapi_3_1_and_of_every_address(client: FlaskClient, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert "422" not in json.dumps(document)
    rules = [rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    known = {rule.endpoint for rule in rules if operation_of(client.application.view_functions[rule.endpoint])}
    assert {rule.endpoint for rule in rules} - known == {"api.openapi_json"}
    assert client.get("/api").status_code == 200


def test_every_example_of_the_document_is_answered(client: FlaskClient, document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "{" in path:
                continue
            given = {own["name"]: own["example"] for own in operation["parameters"] if "example" in own}
            own_cursor = given.pop("cursor", None)
            assert own_cursor is None
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            answer = client.open(path, method=method.upper(), query_string=given, json=body)
            assert answer.status_code == 200, (path, given, answer.text)


def test_answers_have_no_member_that_the_types_do_not_declare(client: FlaskClient) -> None:
    one = json.loads(client.get("/api/v1/search?q=科普&size=1").text)["hits"][0]["id"]
    addresses: dict[Any, list[str]] = {
        api.search_json: ["/search?q=科普", "/search?q=科普&group=year&size=2", "/search?q=科斜 大会", "/search?q=近三年 龘靐", "/search?fields=title&q=科普"],
        api.suggest_json: ["/suggest?q=科"],
        api.similar_json: [f"/similar/{one}"],
        api.document_json: [f"/documents/{one}"],
        api.facets_json: ["/facets?field=people&q=科普"],
        api.terms_json: ["/terms?q=科普", "/terms"],
        api.archive_json: ["/archive"],
    }  # fmt: skip
    for view, asked in addresses.items():
        operation = operation_of(view)
        assert operation is not None
        for address in asked:
            answer = client.get(f"/api/v1{address}")
            TypeAdapter(operation.answer).validate_json(answer.text, extra="forbid")
    for line in client.get("/api/v1/export.jsonl?q=科普").text.splitlines():
        TypeAdapter(api.LineRecord).validate_json(line, extra="forbid")
    batch = client.post("/api/v1/batch", json={"searches": [{"q": "科普"}, {"page": 999}]})
    TypeAdapter(api.BatchRecord).validate_json(batch.text, extra="forbid")


def test_every_error_of_the_document_has_a_sentence_that_is_said(client: FlaskClient, document: dict[str, Any]) -> None:
    asked = ("/api/v1/search?size=x", "/api/v1/documents/none", f"/api/v1/search?q={'x' * 9000}")
    said = {json.loads(client.get(address).text)["detail"] for address in asked}
    texts = {
        text
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status >= "4"
        for text in [answer["content"]["application/problem+json"]["example"]["detail"]]
    }
    assert said <= texts
    assert len(texts) == 7


def test_a_cursor_goes_through_every_hit_once(client: FlaskClient) -> None:
    address, seen, cursor = "/api/v1/search?q=会议&size=7&fields=title", [], ""
    while True:
        answer = json.loads(client.get(f"{address}{cursor}").text)
        seen += [hit["id"] for hit in answer["hits"]]
        if answer["cursor"] is None:
            break
        cursor = f"&cursor={answer['cursor']}"
    assert len(seen) == len(set(seen)) == answer["cards"] > 20
    elsewhere = client.get(f"/api/v1/search?q=科普{cursor}")
    assert elsewhere.status_code == 404
    assert "cursor" in json.loads(elsewhere.text)["detail"]


def test_fields_choose_what_a_hit_holds(client: FlaskClient) -> None:
    answer = json.loads(client.get("/api/v1/search?q=科普&fields=title,path,original_url").text)
    assert "facets" not in answer
    assert all(set(hit) == {"id", "title", "path", "original_url"} for hit in answer["hits"])
    whole = json.loads(client.get("/api/v1/search?q=科普").text)
    assert all(set(hit) == set(HIT_FIELDS) for hit in whole["hits"])
    assert whole["hits"][0]["path"].startswith("corpus/")
    assert client.get("/api/v1/search?fields=nothing").status_code == 400


def test_an_export_holds_every_document_and_goes_on_where_it_was_cut(client: FlaskClient) -> None:
    def lines(address: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in client.get(address).text.splitlines()]

    address = "/api/v1/export.jsonl?q=会议&fields=title,body"
    *documents, end = lines(address)
    total = json.loads(client.get("/api/v1/search?q=会议&match=all&size=1").text)["total"]
    assert end == {"end": True, "total": total}
    assert [own["id"] for own in documents] == sorted({own["id"] for own in documents})
    assert len(documents) == total > 20
    assert all(set(own) == {"id", "title", "body"} for own in documents)
    *rest, _ = lines(f"{address}&cursor={documents[9]['id']}")
    assert rest == documents[10:]


@pytest.mark.parametrize("query", ["榅桲科普", "怎样开展科普活动呢", "科普 智库 某某词", "会议", "", "龘靐"])
def test_an_export_holds_what_the_search_lists(client: FlaskClient, query: str) -> None:
    listed = json.loads(client.get(f"/api/v1/search?q={query}&size=100&fold=0").text)
    *lines, end = map(json.loads, client.get(f"/api/v1/export.jsonl?q={query}").text.splitlines())
    assert end["total"] == len(lines) == listed["total"]
    assert {own["id"] for own in listed["hits"]} <= {own["id"] for own in lines}


def test_an_export_that_takes_too_long_says_where_it_stopped(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_STREAM_SECONDS", -1.0)
    assert json.loads(client.get("/api/v1/export.jsonl?q=会议").text)["end"] is False


def test_a_batch_answers_each_search_or_says_what_is_wrong_with_it(client: FlaskClient) -> None:
    asked = [{"q": "科普", "size": 2, "source": ["白渚日报", "霁川市人大常委会办公室"]}, {"q": "科普", "page": 999}]
    first, second = json.loads(client.post("/api/v1/batch", json={"searches": asked}).text)["results"]
    alone = json.loads(client.get("/api/v1/search?q=科普&size=2&source=白渚日报&source=霁川市人大常委会办公室").text)
    assert [hit["id"] for hit in first["hits"]] == [hit["id"] for hit in alone["hits"]]
    assert (second["status"], second["detail"][:7]) == (404, "没有第 999")
    too_long = {"person": ["张" * 200 + "\0"]}
    for wrong in ({"q": "科普", "from": "何时"}, {"q": {"a": 1}}, {"size": "x"}, {"sort": ""}, too_long):
        answer = client.post("/api/v1/batch", json={"searches": [{}, wrong]})
        assert answer.status_code == 400, wrong
        assert json.loads(answer.text)["detail"].startswith("第 2 个检索：")
    shapes: list[Any] = [{}, {"searches": []}, {"searches": [{}] * 101}, {"searches": 1}, [], "x"]
    for shape in shapes:
        answer = client.post("/api/v1/batch", json=shape)
        assert answer.status_code == 400, shape
        assert "searches" in json.loads(answer.text)["detail"]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"searches":' + "[" * 100_000, b"\xff\xfe", "", "null"])
def test_what_is_no_batch_is_a_mistake_of_who_sends_it(client: FlaskClient, body: str | bytes) -> None:
    assert client.post("/api/v1/batch", data=body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("name", ["from", "sort", "size", "q", "source"])
def test_half_characters_stop_no_batch(client: FlaskClient, name: str) -> None:
    body = json.dumps({"searches": [{name: "\ud800"}]})
    answer = client.post("/api/v1/batch", data=body, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert json.loads(answer.text)


def test_a_search_that_takes_too_long_leaves_the_others_of_its_batch(corpus_settings: Settings) -> None:
    client = browse(corpus_settings.model_copy(update={"search_seconds": 1e-9}))
    first, second = json.loads(
        client.post("/api/v1/batch", json={"searches": [{"q": "科普"}, {"q": "科普", "group": "year"}]}).text
    )["results"]
    assert first["partial"] is True
    assert second["status"] == 503


def test_a_batch_cannot_be_read(client: FlaskClient) -> None:
    answer = client.get("/api/v1/batch")
    assert (answer.status_code, answer.headers["Allow"].replace(" ", "").split(",")[-1] in ("POST", "OPTIONS")) == (
        405,
        True,
    )


def test_an_answer_depends_on_the_settings_and_a_star_is_no_answer(corpus_settings: Settings) -> None:
    tag = browse(corpus_settings).get("/api/v1/search?q=科普").headers["ETag"]
    other = browse(corpus_settings.model_copy(update={"page_size": 3}))
    assert other.get("/api/v1/search?q=科普", headers={"If-None-Match": tag}).status_code == 200
    assert other.get("/api/v1/documents/none", headers={"If-None-Match": "*"}).status_code == 404


def test_a_batch_may_carry_a_megabyte_and_nothing_else_may(client: FlaskClient) -> None:
    big = json.dumps({"searches": [{"q": "科普", "size": 1}], "more": "x" * 900_000})
    assert client.post("/api/v1/batch", data=big, content_type="application/json").status_code == 200
    assert client.post("/api/v1/batch", data=big * 2, content_type="application/json").status_code == 413


@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=科普", "/api/v1/terms?q=科普", "/api/v1/facets?field=year", "/feed.atom?q=科普"]
)
def test_what_has_not_changed_is_not_sent_again(write: Write, settings: Settings, address: str) -> None:
    archive = write({"a.txt": "科普通知\n来源：甲报 2021-03-12\n\n科普工作在这里。"})
    update_index(settings, [archive])
    client = browse(settings)
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{address}&size=3", headers={"If-None-Match": tag}).status_code == 200
    assert client.get(address, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200
    write({"b.txt": "科普通知二\n来源：乙报 2021-03-12\n\n科普工作在那里。"})
    update_index(settings, [archive])
    later = browse(settings).get(address, headers={"If-None-Match": tag})
    assert later.status_code == 200
    assert later.headers["ETag"] != tag


ORIGINS = ["https://intranet.example", "http://wiki.house.example:8080", "https://*.dept.example"]
RIGHT = [
    "https://intranet.example",
    "http://wiki.house.example:8080",
    "https://a.dept.example",
    "https://a.b.dept.example",
]
WRONG = [
    "null", "*", "", "http://intranet.example", "https://intranet.example:8443", "https://intranet.example.evil.example",
    "https://evil-intranet.example", "https://sub.intranet.example", "https://dept.example", "http://a.dept.example",
    "https://a.dept.example.evil", "https://evil/.dept.example", "https://INTRANET.example", "http://wiki.house.example",
    "https://wiki.house.example:8080", "file://", "https://intranet.example/", "https://evil.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def embedded(corpus_settings: Settings) -> FlaskClient:
    return browse(corpus_settings.model_copy(update={"embed_origins": ORIGINS}))


@pytest.mark.parametrize("origin", [*RIGHT, *WRONG])
@pytest.mark.parametrize("address", ["/api/v1/search?q=科普", "/api/v1/search?size=x", "/api/v1/none", "/embed.js"])
def test_answers_may_be_read_from_the_origins_of_the_list_and_no_others(
    embedded: FlaskClient, origin: str, address: str
) -> None:
    answer = embedded.get(address, headers={"Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if origin in RIGHT else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    before = embedded.options(address, headers=asked)
    assert (before.status_code == 204) == (origin in RIGHT)
    assert before.headers.get("Access-Control-Allow-Origin") == (origin if origin in RIGHT else None)


def test_pages_are_never_for_other_origins(embedded: FlaskClient) -> None:
    for address in ("/search?q=科普", "/", "/status", "/embed?q=科普", "/export.csv?q=科普"):
        answer = embedded.get(address, headers={"Origin": RIGHT[0]})
        assert "Access-Control-Allow-Origin" not in answer.headers, address


def test_cookies_of_other_pages_count_only_where_the_settings_say_so(corpus_settings: Settings) -> None:
    own = corpus_settings.model_copy(update={"embed_origins": ORIGINS, "embed_credentials": True})
    answer = browse(own).get("/api/v1/search?q=科普", headers={"Origin": RIGHT[0]})
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    stranger = browse(own).get("/api/v1/search?q=科普", headers={"Origin": WRONG[0]})
    assert "Access-Control-Allow-Credentials" not in stranger.headers


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"embed_origins": ["*"]}, "embed_anywhere = true"),
        ({"embed_origins": ["intranet.example"]}, "an origin is a scheme, a host"),
        ({"embed_origins": ["https://intranet.example/path"]}, "an origin is a scheme, a host"),
        ({"embed_origins": ["null"]}, "an origin is a scheme, a host"),
        ({"embed_anywhere": True, "embed_credentials": True}, "do not fit together"),
        ({"trusted_proxies": ["proxy"]}, "trusted_proxies"),
        ({"auth_header": "X-Remote-User"}, "believed from trusted_proxies only"),
        ({"auth_header": "X_User", "trusted_proxies": ["127.0.0.1"]}, "auth_header"),
        ({"base_path": "tools"}, "base_path"),
        ({"base_path": "/tools/"}, "base_path"),
        ({"base_path": "/a/../b"}, "base_path"),
    ],
)
def test_settings_that_would_let_strangers_in_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read_settings(options=settings)


def test_origins_are_read_as_browsers_write_them() -> None:
    own = read_settings(options={"embed_origins": ["HTTPS://Intranet.Example:443/", "http://10.0.0.1:80"]}).settings
    assert own.embed_origins == ["https://intranet.example", "http://10.0.0.1"]
