"""The page for the administrator: what is served, what it holds, what could not be read, what was not found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from flask_babel import get_locale, gettext

from indexer import ArchiveError, group_left_out, read_unused, tell
from searchapp.messages import N_
from searchapp.views.arguments import clean
from searchapp.views.context import misses, open_index, require_administrator, settings, usage, view

if TYPE_CHECKING:
    from indexer import LeftOutGroup

status = Blueprint("status", __name__)

_MOST_MISSES = 100
_MOST_FAILURES = 500
_MOST_USERS = 50
# Why what lies in the archive is not in the index, by the kinds of `group_left_out`.
_KINDS = {
    "format": N_("不读取这种格式的文件"),
    "no text": N_("文件名没有后缀，内容也不是文本"),
    "empty": N_("文件里没有文字"),
    "link": N_("符号链接，不跟随"),
    "special": N_("不是普通文件"),
    "excluded": N_("按设置 exclude 不收录（多为临时文件）"),
    "litter": N_("程序留下的临时文件"),
}


@status.get("/status")
def show() -> str:
    """Show the state of the index and of the search."""
    require_administrator()
    index = open_index()
    manifest = index.generation.manifest
    try:
        unused, trouble = read_unused(settings().index, index.generation.number), None
    except ArchiveError as error:
        unused, trouble = [], str(error)
    sought = clean(request.args.get("find", ""))
    failures = [own for own in unused if own.failed]
    left_out = group_left_out(unused)
    reasons = {path: _say(group) for group in left_out for path in group.paths} if sought else {}
    overview = view().overview
    created = datetime.fromisoformat(manifest.created)
    return render_template(
        "status.html",
        raw_query="",
        generation=index.generation.number,
        created=created.astimezone().strftime("%Y-%m-%d %H:%M"),
        age=datetime.now(UTC) - created,
        degraded=index.degraded,
        manifest=manifest,
        translate=_translate,
        overview=overview,
        years=overview.years(),
        failures=failures[:_MOST_FAILURES],
        failure_count=len(failures),
        left_out=[(_say(group), group) for group in left_out],
        left_out_count=sum(len(group.paths) for group in left_out),
        sought=sought,
        found=[(own, reasons.get(own.path, "")) for own in unused if sought and sought in own.path][:_MOST_FAILURES],
        trouble=trouble,
        misses=misses().read(_MOST_MISSES),
        misses_trouble=misses().trouble,
        # Who searches is not for everybody; as long as nobody is said to be the administrator, everybody is.
        users=usage().read()[:_MOST_USERS] if settings().access or settings().admin_networks else None,
    )


def _translate(sentence: str) -> str:
    """Return what was noted in English in the reader's language, as far as the programs can say it there."""
    return tell(sentence, "zh" if get_locale().language == "zh" else "en")


def _say(group: LeftOutGroup) -> str:
    """Say why something was left out, in the reader's language; what has no sentence there is told as it was noted."""
    return str(gettext(_KINDS[group.kind])) if group.kind in _KINDS else group.reason
