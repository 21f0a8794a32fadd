"""Who may read what: every address, for every role; nothing tells of what somebody may not read."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import (
    Access,
    Everything,
    OpenIndex,
    Reader,
    Settings,
    SettingsError,
    find_reach,
    find_visible,
    open_index,
    read_access,
)
from indexer.api_keys import add_api_key, read_api_keys, revoke_api_key
from indexer.cli import main as indexer_main
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from searchapp.search.suggestions import Suggester
from tests.conftest import Run, browse
from tests.indexer.test_engine import build

PROXY = "127.0.0.1"
SECRET = "龘靐"  # stands in no other document


def note(title: str, source: str, *, more: str = "") -> str:
    return f"{title}\n来源：{source} 作者：柳暗 2021-03-12\n\n{title}，科普工作会议在翠湖县召开。{more}王延飞指出，科普工作很重要。"


# A document for all, those of two groups, one of nobody's; names and words that only one of them has.
FILES = {
    "公开/通知.txt": note("公开通知", "公开报"),
    "公开/通报.txt": note("公开通报", "公开报"),
    "党组/纪要.txt": note("党组纪要", "党组简报", more=f"甲方{SECRET}事项。"),
    "党组/决定.txt": note("党组决定", "党组简报", more="另有玄黄鼎事项。"),
    "人事/名单.txt": note("人事名单", "人事处", more="饕餮名册。"),
    "保密/档案.txt": note("保密档案", "保密室", more="魑魅魍魉卷。"),
    "合订/本.jsonl": json.dumps(
        {"id": "open", "title": "合订公开", "text": "合订里公开的科普工作。", "source": "公开报"}, ensure_ascii=False
    )
    + "\n"
    + json.dumps(
        {"id": "shut", "title": "合订密件", "text": "合订里的貔貅密件，科普工作。", "source": "党组简报"},
        ensure_ascii=False,
    ),
}
ACCESS = """
[groups.everyone]
read = [{source = "公开报"}]

[groups."党组"]
read = [{path = "archive/党组"}, {source = "党组简报"}]
members = ["王延飞"]

[groups."人事处"]
read = [{source = "人事处"}]

[groups."全部"]
read = "all"
except = [{path = "archive/保密"}]
admin = true
"""
# Answers that people chose: one by path and one by id whose documents only some may read, to a query of everybody's.
BEST = """
[[answer]]
queries = ["内部事项", "科普"]
document = "党组/纪要.txt"
note = "见党组的说明"

[[answer]]
queries = ["内部事项", "科普"]
document = "shut"
title = "合订貔貅本"

[[answer]]
queries = ["内部事项"]
document = "保密/档案.txt"
note = "魑魅魍魉另存"
"""
# What each role may read, by words of which each stands in one document only.
WORDS = {"公开通知", "公开通报", SECRET, "玄黄鼎", "饕餮", "魑魅魍魉", "合订公开", "貔貅"}
ROLES = {
    "nobody": ({}, {"公开通知", "公开通报", "合订公开"}),
    "stranger": ({"X-Remote-User": "路人", "X-Remote-Groups": "无此组"}, {"公开通知", "公开通报", "合订公开"}),
    "member": ({"X-Remote-User": "王延飞"}, {"公开通知", "公开通报", "合订公开", SECRET, "玄黄鼎", "貔貅"}),
    "staff": ({"X-Remote-User": "李", "X-Remote-Groups": "人事处, 别组"}, {"公开通知", "公开通报", "合订公开", "饕餮"}),
    "admin": ({"X-Remote-User": "赵", "X-Remote-Groups": "全部"}, WORDS - {"魑魅魍魉"}),
}
HEADERS = {"auth_header": "X-Remote-User", "groups_header": "X-Remote-Groups"}


def header(text: str) -> str:
    """Return a text as it travels in a header."""
    return text.encode().decode("latin-1")


@dataclass
class House:
    """A site with access rules, and the ids of its documents by the word that each alone has."""

    client: FlaskClient
    ids: dict[str, str]

    def get(self, role: str, address: str) -> str:
        headers = {name: header(value) for name, value in ROLES[role][0].items()}
        return self.client.get(address, headers=headers).text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    for name, text in FILES.items():
        (folder / "archive" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "archive" / name).write_text(text, encoding="utf-8")
    (folder / "access.toml").write_text(ACCESS, encoding="utf-8")
    (folder / "best.toml").write_text(BEST, encoding="utf-8")
    settings = Settings(index=folder / "index", access=folder / "access.toml", best=folder / "best.toml", trusted_proxies=[PROXY], **HEADERS)  # type: ignore[list-item, arg-type]  # fmt: skip
    update_index(settings, [folder / "archive"])
    reader = open_index(settings.index).reader
    documents = list(reader.iter_documents())
    ids = {word: own.id for word in WORDS for own in documents if word in own.heading + own.body}
    assert len(set(ids.values())) == len(documents) == len(WORDS)
    return House(browse(settings), ids)


def unpack(data: bytes) -> Iterator[bytes]:
    """Yield the parts of a package."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        yield from map(package.read, package.namelist())


# Every address of the site, with arguments that would bring a hidden document to light; {id} is each document's in turn.
ADDRESSES = {
    "static": ["/static/style.css"],
    "pages.home": ["/"],
    "pages.results": ["/search?q=科普", "/search?q={word}", "/search?q=科普&group=source", "/search?q=科普&group=year", "/search?q={word}科普 工作&match=any", "/search?q=路径:archive", "/search?source=党组简报", "/search?q=科普&year=2021&page=9", "/search?q=内部事项", "/search?q=科普&recent=1", "/search?q=人事名单", "/search?q=保密档案", "/search?q=党组决定&recent=1"],
    "pages.sources": ["/sources", "/sources?find={word}", "/sources?find=简报"],
    "pages.filters": ["/filters?q=科普", "/filters?q={word}"],
    "pages.count_boxes": ["/filters.json?q=科普", "/filters.json?q={word}"],
    "pages.term": ["/term?q={word}", "/term?q=科普"],
    "pages.explain": ["/help"],
    "documents.show": ["/documents/{id}", "/documents/{id}?q=科普", "/documents/{id}?find=科普"],
    "documents.quote": ["/documents/{id}/cite?p=p0", "/documents/{id}/cite", "/documents/{id}/cite?format=ris", "/documents/{id}/cite?format=bibtex"],
    "documents.show_similar": ["/documents/{id}/similar", "/documents/{own}/similar"],
    "documents.compare_two": ["/compare?a={id}&b={own}", "/compare?a={own}&b={id}", "/compare?a={id}", "/compare?a={own}"],
    "documents.raw": ["/documents/{id}/raw"],
    "embedding.frame": ["/embed?q={word}", "/embed?q=科普&filters=all&size=50", "/embed?q=内部事项&recent=1"],
    "embedding.component": ["/embed.js"],
    "embedding.explain": ["/help/embed"],
    "embedding.opensearch": ["/opensearch.xml"],
    "embedding.suggest": ["/suggest?q={word}", "/suggest?q={first}"],
    "embedding.oembed": ["/oembed?url=http://localhost/documents/{id}"],
    "embedding.favicon": ["/favicon.ico"],
    "embedding.robots": ["/robots.txt"],
    "about_api.explain": ["/api"],
    "api.search_json": ["/api/v1/search?q=科普&size=50&fold=0", "/api/v1/search?q={word}", "/api/v1/search?q={first}*", "/api/v1/search?q=科普&group=source&size=50", "/api/v1/search?q=内部事项", "/api/v1/search?q=合订密件&recent=1"],
    "api.suggest_json": ["/api/v1/suggest?q={word}", "/api/v1/suggest?q={first}"],
    "api.document_json": ["/api/v1/documents/{id}"],
    "api.similar_json": ["/api/v1/similar/{id}", "/api/v1/similar/{own}"],
    "api.facets_json": ["/api/v1/facets?field=source", "/api/v1/facets?field=people", "/api/v1/facets?field=source&prefix={first}"],
    "api.terms_json": ["/api/v1/terms?q={word}", "/api/v1/terms?q=科普"],
    "api.archive_json": ["/api/v1/archive"],
    "api.batch_json": ["POST /api/v1/batch"],
    "api.export_jsonl": ["/api/v1/export.jsonl?q=科普&fields=title,body,path", "/api/v1/export.jsonl"],
    "api.openapi_json": ["/api/v1/openapi.json"],
    "exports.spreadsheet": ["/export.csv?q=科普&fold=0", "/export.csv?q={word}", "/export.csv?id={id}&id={own}"],
    "exports.word_file": ["/export.docx?q=科普&fold=0", "/export.docx?q={word}", "/export.docx?id={id}&id={own}&q=科普"],
    "exports.printed": ["/list?q=科普&fold=0", "/list?q={word}", "/list?id={id}&id={own}&q={word}"],
    "exports.feed": ["/feed.atom?q=科普", "/feed.atom?q={word}"],
    "health.healthz": ["/healthz"],
    "health.readyz": ["/readyz"],
    "metrics.show": ["/metrics"],
    "status.show": ["/status"],
    "preferences.choose": ["/preferences?next=/"],
    "preferences.kept": ["/kept"],
}  # fmt: skip


def test_the_table_has_every_address_of_the_site(house: House) -> None:
    assert ADDRESSES.keys() == set(house.client.application.view_functions), "say how each new address is asked for"


@pytest.mark.parametrize("role", ROLES)
def test_no_address_tells_of_what_a_role_may_not_read(house: House, role: str) -> None:
    """Each address, for each hidden document: its words, title, source, path and id stand in no answer but as asked."""
    hidden = WORDS - ROLES[role][1]
    sources = {"党组简报", "人事处", "保密室"} - {"nobody": set(), "stranger": set(), "member": {"党组简报"}, "staff": {"人事处"}, "admin": {"党组简报", "人事处"}}[role]  # fmt: skip
    own = house.ids["公开通知"]
    asked = 0
    for addresses in ADDRESSES.values():
        for pattern in addresses:
            for word in sorted(hidden):
                values = {"word": quote(word), "first": quote(word[0]), "id": house.ids[word], "own": own}
                address = pattern.format(**values)
                headers = {name: header(value) for name, value in ROLES[role][0].items()}
                if address.startswith("POST "):
                    body = {"searches": [{"q": "科普", "size": 50}, {"q": word}]}
                    answer = house.client.post(address[5:], json=body, headers=headers)
                else:
                    answer = house.client.get(address, headers=headers)
                assert answer.status_code < 500
                asked += 1
                data = b"".join(unpack(answer.data)) if answer.data.startswith(b"PK") else answer.data
                text = data.decode("utf-8", "replace").replace(quote(word), "").replace(house.ids[word], "")
                if "{word}" in pattern or address.startswith("POST "):
                    text = text.replace(word, "")  # what was typed comes back
                    for other in (word[:2], word[:1], word[1:]):
                        text = text.replace(f"“{other}”", "")
                if "/sources" in address or "source=" in pattern:
                    text = text.replace("党组简报", "")
                for secret in (*hidden, *sources, *(house.ids[one] for one in hidden)):
                    assert secret not in text, (address, secret)
    assert asked > len(ADDRESSES) * len(hidden)


@pytest.mark.parametrize("role", ROLES)
def test_a_document_that_may_not_be_read_is_as_one_that_does_not_exist(house: House, role: str) -> None:
    for word in WORDS:
        for pattern in (
            "/documents/{}",
            "/documents/{}/raw",
            "/documents/{}/cite?p=x",
            "/documents/{}/cite?format=ris",
            "/documents/{}/similar",
            "/documents/{}?find=科普",
            "/compare?a={}",
            "/api/v1/documents/{}",
            "/api/v1/similar/{}",
        ):
            headers = {name: header(value) for name, value in ROLES[role][0].items()} | {"X-Request-ID": "5" * 32}
            answer = house.client.get(pattern.format(house.ids[word]), headers=headers)
            unknown = house.client.get(pattern.format("none"), headers=headers)
            if word not in ROLES[role][1]:
                assert (answer.status_code, answer.text.replace(house.ids[word], "none")) == (404, unknown.text), (
                    pattern
                )
            elif pattern == "/documents/{}":
                assert answer.status_code == 200


def test_answers_are_shown_to_those_who_may_read_them(house: House) -> None:
    shown = {role: json.loads(house.get(role, "/api/v1/search?q=内部事项"))["best"] for role in ROLES}
    titles = {role: [one["title"] for one in best] for role, best in shown.items()}
    assert titles == {
        "nobody": [], "stranger": [], "staff": [],
        "member": ["党组纪要", "合订貔貅本"], "admin": ["党组纪要", "合订貔貅本"],
    }  # fmt: skip
    for role, kinds in (("nobody", []), ("member", ["title"])):
        answer = json.loads(house.get(role, "/api/v1/search?q=党组决定"))
        assert [one["kind"] for one in answer["best"]] == kinds, role


def test_a_record_is_sent_without_those_of_others_in_its_file(house: House) -> None:
    record = house.client.get("/documents/open/raw")
    assert (record.status_code, "貔貅" in record.text) == (200, False)
    assert house.client.get("/documents/shut/raw").status_code == 404
    assert "貔貅" in house.get("member", "/documents/shut/raw")


def test_headers_from_elsewhere_name_nobody(house: House) -> None:
    forged = {name: header(value) for name, value in ROLES["admin"][0].items()}
    answer = house.client.get("/api/v1/archive", headers=forged, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert json.loads(answer.text)["documents"] == len(ROLES["nobody"][1])
    through = {**forged, "X-Forwarded-For": "198.51.100.1"}  # the trusted proxy says who it is, not from where
    assert json.loads(house.client.get("/api/v1/archive", headers=through).text)["documents"] == len(WORDS) - 1


def test_only_administrators_see_the_state(house: House) -> None:
    for role in ROLES:
        headers = {name: header(value) for name, value in ROLES[role][0].items()}
        answer = house.client.get("/status", headers=headers)
        assert answer.status_code == (200 if role == "admin" else 403), role
        assert ('href="/status"' in house.get(role, "/")) == (role == "admin")
        assert ("documents" in house.get(role, "/readyz")) == (role == "admin")


def test_searches_that_others_may_answer_are_no_misses(house: House) -> None:
    house.get("nobody", f"/search?q={SECRET}")
    house.get("nobody", f"/search?q={quote(quote(SECRET))}")  # read as the page reads it
    house.get("nobody", "/search?q=魁魆")
    house.client.application.extensions["archive_afterwards"].wait()
    state = house.get("admin", "/status")
    assert "魁魆" in state
    assert f">{SECRET}<" not in state
    assert f">{quote(SECRET)}<" not in state


def test_words_of_others_make_no_pattern_too_wide(tmp_path: Path) -> None:
    """Nor does the look at whether a search without hits is one for everybody."""
    for name, text in (
        ("open/a.txt", "公开的通知，科普工作。"),
        ("shut/b.txt", " ".join(f"zq{n}" for n in range(1100))),
    ):
        (tmp_path / "archive" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "archive" / name).write_text(text, encoding="utf-8")
    access = tmp_path / "access.toml"
    access.write_text('[groups.everyone]\nread = "all"\nexcept = [{path = "archive/shut/"}]', encoding="utf-8")
    settings = Settings(index=tmp_path / "index", access=access)
    update_index(settings, [tmp_path / "archive"])
    client = browse(settings)
    for address in ("/search?q=zq*", "/embed?q=zq*", "/api/v1/search?q=zq*"):
        assert client.get(address).status_code == 200, address
    client.application.extensions["archive_afterwards"].wait()
    assert not (settings.index / "misses.sqlite").exists()


def test_rules_are_read_as_people_write_them_and_those_that_do_nothing_are_told(house: House) -> None:
    settings: Settings = house.client.application.extensions["archive_settings"]
    reader = open_index(settings.index).reader
    rules = Access.model_validate(
        tomllib.loads(
            """
            [groups.everyone]
            read = "all"
            except = [{source = ["黨組簡報 ", "人事处"]}, {path = "archive/保密/"}]
            [groups.slip]
            read = [{source = "党组报"}, {genre = "密令", issuer = "某委"}]
            except = [{path = "保密"}]
            """
        )
    )
    everyone, slip = find_reach(reader, rules)
    assert (everyone.documents, everyone.idle) == (3, [])
    assert slip.documents == 0
    told = [sentence.split(": ")[1] for sentence in slip.idle]
    assert told == [
        "no document has the source 党组报, which read names",
        "no document has the issuer 某委, which read names",
        "no document has the genre 密令, which read names",
        "no document has the path 保密, which except names",
    ]
    assert settings.access is not None
    config = settings.access.with_name("archive.toml")
    config.write_text(f'access = "access.toml"\nindex = "{settings.index}"\n', encoding="utf-8")
    shown = CliRunner().invoke(indexer_main, ["access", "--config", str(config)])
    assert (shown.exit_code, shown.stdout.splitlines()[0]) == (0, "everyone: 3 of 8 documents")
    report = json.loads(CliRunner().invoke(indexer_main, ["access", "--json", "--config", str(config)]).stdout)
    assert {own["name"]: own["documents"] for own in report} == {"everyone": 3, "党组": 3, "人事处": 1, "全部": 7}


# --- what a role sees is what an index of its documents would be

GROUPS = {
    "a source": '[groups.everyone]\nread = [{source = ["白渚日报", "霁川市人大常委会办公室"]}]',
    "all but a folder": '[groups.everyone]\nread = "all"\nexcept = [{path = "corpus/sheng-kexie"}]',
    "genres and issuers": '[groups.everyone]\nread = [{genre = ["通知", "讲话", "新闻"]}, {issuer = "澜江省科协"}]',
    "nothing": "[groups.everyone]",
}


@pytest.fixture(scope="module")
def queries(corpus_index: OpenIndex) -> list[str]:
    """Return 200 queries: pieces of documents, words with a slip, fields, periods, patterns, and what nothing holds."""
    documents = list(corpus_index.reader.iter_documents())
    pieces = [
        own.body[at : at + size]
        for own in documents[::2]
        for at, size in ((len(own.body) // 3, 4), (len(own.body) // 2, 11))
    ]
    typed = ["科斜 大会", "哪次会议提出过科普工作", "说:会议 科普", "日期:2021..2022 科普", "近十年 科普", "人:陆怀舟", "会议:代表大会", "gen*", "科普 -会议", "（科普 或 智库） 会议", "“党史学习教育”", "龘靐 科普", "科普大蓬车", "王延飞 2019 年讲了什么", ""]  # fmt: skip
    wanted = [*typed, *dict.fromkeys(piece.replace("\n", " ").strip() for piece in pieces)]
    return wanted[:200]


def told(reader: Reader, request: SearchRequest) -> dict[str, Any]:
    """Return whatever a page of results is made of, without how long it took."""
    page = asdict(search(reader, request))
    del page["took_ms"]
    return page


@pytest.mark.parametrize("name", GROUPS)
def test_a_role_is_told_what_an_index_of_its_documents_would_tell(
    corpus_index: OpenIndex, queries: list[str], tmp_path: Path, name: str
) -> None:
    """Totals, facets, hits and their order, suggestions, spellings and timelines are all the same."""
    groups = frozenset(Access.model_validate(tomllib.loads(GROUPS[name])).groups.values())
    visible = find_visible(corpus_index.reader, groups)
    assert visible is not None
    some = corpus_index.reader.only(visible)
    kept = set(some.find_keys(Everything()))
    records = [own for own in corpus_index.reader.iter_documents() if own.id in kept]
    alone = build(tmp_path, records)
    assert some.document_count == alone.document_count == len(kept)
    for at, query in enumerate(queries):
        request = SearchRequest(query, size=100, fold=at % 2 == 0, recent=at % 3 == 0)
        assert told(some, request) == told(alone, request), query
    own, other = Suggester(some), Suggester(alone)
    own.wait()
    other.wait()
    for typed in {query[:length] for query in queries for length in (1, 2, 4) if query}:
        assert own.find(typed) == other.find(typed), typed


# --- keys, and files with mistakes


@pytest.fixture
def guarded(tmp_path: Path, house: House) -> Settings:
    """Return the settings of the same house without a proxy, with keys of its own."""
    settings: Settings = house.client.application.extensions["archive_settings"]
    return settings.model_copy(update={"keys": tmp_path / "keys.json"})


def count(settings: Settings, token: str | None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    answer = browse(settings).get("/api/v1/archive", headers=headers)
    return answer.status_code, json.loads(answer.text)


def test_a_key_opens_what_its_groups_may_read(guarded: Settings) -> None:
    assert guarded.keys is not None
    token = add_api_key(guarded.keys, "周报", groups=["人事处"])
    assert token not in guarded.keys.read_text(encoding="utf-8")
    assert count(guarded, token)[1]["documents"] == len(ROLES["staff"][1])
    assert count(guarded, None)[1]["documents"] == len(ROLES["nobody"][1])
    headers = {"Authorization": f"Bearer {token}"}
    assert browse(guarded).get("/status", headers=headers).status_code == 403
    admin = {"Authorization": f"bearer {add_api_key(guarded.keys, '巡检', groups=[], scope='admin')}"}
    assert browse(guarded).get("/status", headers=admin).status_code == 200


def test_keys_that_open_nothing_are_refused_with_a_sentence(guarded: Settings) -> None:
    assert guarded.keys is not None
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011
    expired = add_api_key(guarded.keys, "old", groups=["全部"], expires=yesterday)
    last_day = add_api_key(guarded.keys, "last", groups=["全部"], expires=date.today())  # noqa: DTZ011
    assert count(guarded, last_day)[0] == 200
    revoked = add_api_key(guarded.keys, "gone", groups=["全部"])
    revoke_api_key(guarded.keys, "gone")
    wrong = f"{last_day[:-4]}AAAA"
    for token, sentence in ((expired, "过期"), (revoked, "不对"), (wrong, "不对"), ("x", "不对")):
        status, problem = count(guarded, token)
        assert status == 401
        assert sentence in problem["detail"]
        assert token not in json.dumps(problem) or not token.startswith("as_")
    answer = browse(guarded).get("/search?q=科普", headers={"Authorization": f"Bearer {wrong}"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_what_a_proxy_asks_people_for_is_no_key(house: House) -> None:
    headers = {"Authorization": "Basic eDp5", **{name: header(value) for name, value in ROLES["member"][0].items()}}
    answer = house.client.get("/api/v1/archive", headers=headers)
    assert json.loads(answer.text)["documents"] == len(ROLES["member"][1])


def test_keys_are_made_listed_and_revoked_at_the_terminal(indexer: Run, tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text(ACCESS, encoding="utf-8")
    (tmp_path / "archive.toml").write_text('access = "access.toml"\n', encoding="utf-8")
    config = ("--config", tmp_path / "archive.toml")
    made = indexer("key", "add", "周报", "--group", "人事处", "--expires", "2099-01-01", *config)
    assert made.exit_code == 0
    token = made.stdout.strip()
    keys = read_api_keys(tmp_path / "index" / "keys.json")
    assert [(own.name, own.groups, own.scope, own.expires) for own in keys] == [
        ("周报", ("人事处",), "read", "2099-01-01")
    ]
    assert keys[0].opens_for(token.split("_", 2)[2])
    listed = indexer("key", "list", "--json", *config)
    assert json.loads(listed.stdout)[0]["name"] == "周报"
    assert "salt" not in listed.stdout
    for wrong, sentence in (
        (("add", "周报"), "already"),
        (("add", "b", "--group", "无此组"), "no group"),
        (("add", "b", "--expires", "soon"), "--expires"),
        (("revoke", "b"), "no key"),
    ):
        answer = indexer("key", *wrong, *config)
        assert (answer.exit_code, answer.stdout) == (2, ""), wrong
        assert sentence in answer.stderr
    assert indexer("key", "revoke", "周报", *config).exit_code == 0
    assert read_api_keys(tmp_path / "index" / "keys.json") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("groups", "is not TOML"),
        ("[groups.党组]", "names in Chinese stand in quotes"),
        ("[groups.a]\nreads = 1", "groups.a.reads is unknown"),
        ('[groups.a]\nread = "some"', "groups.a.read"),
        ("[groups.a]\nread = [{}]", "a condition names source"),
        ("[groups.a]\nread = [{folder = 'x'}]", "folder is unknown"),
        ("[groups.a]\nread = [{source = 3}]", "groups.a.read.0.source"),
        ("[groups.a]\nread = [{path = '/srv/archive'}]", "is no path as `indexer inspect` shows them"),
        ("[groups.a]\nexcept = [{path = './archive'}]", "is no path as `indexer inspect` shows them"),
        ("", "groups"),
    ],
)
def test_a_mistake_in_the_rules_is_a_sentence_and_no_site(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "access.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=sentence):
        read_access(file)


def test_rules_that_change_act_and_a_mistake_leaves_those_before(
    house: House, guarded: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "access.toml"
    file.write_text(ACCESS, encoding="utf-8")
    client = browse(guarded.model_copy(update={"access": file}))

    def documents() -> int:
        followed: Any = client.application.wsgi_app
        while not hasattr(followed, "_reception"):
            followed = followed._next
        followed._reception._access._looked = float("-inf")  # a second later
        found: int = json.loads(client.get("/api/v1/archive").text)["documents"]
        return found

    assert documents() == 3
    file.write_text(ACCESS.replace("公开报", "人事处", 1), encoding="utf-8")
    assert documents() == 1
    file.write_text("[groups.everyone", encoding="utf-8")
    assert documents() == 1
    file.unlink()
    assert documents() == 1
