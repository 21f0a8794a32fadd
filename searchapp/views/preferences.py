"""How a person wants the site, in cookies set by plain links; and the page of what their browser keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from searchapp.messages import N_
from searchapp.views.returning import is_ours

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

preferences = Blueprint("preferences", __name__)

# Each choice with its values and how they are called; the first is the one of who has chosen none.
LANGUAGES = {"zh": "中文", "en": "English"}
CHOICES = {
    "size": {"normal": N_("标准"), "large": N_("大"), "larger": N_("特大")},
    "theme": {"auto": N_("随系统"), "light": N_("浅色"), "dark": N_("深色")},
    "keys": {"on": N_("开"), "off": N_("关")},
    "view": {"cards": N_("卡片"), "compact": N_("紧凑"), "table": N_("表格")},
}
_YEAR = 365 * 24 * 3600


def choose_language() -> str:
    """Return the language of the site for this request: the chosen one, else the browser's, else Chinese.

    In a frame the page around it chooses.
    """
    framed = request.args.get("lang", "") if request.endpoint == "embedding.frame" else ""
    chosen = framed or request.cookies.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def read_choice(name: str) -> str:
    """Return what was chosen, or the first value."""
    chosen = request.cookies.get(name, "")
    return chosen if chosen in CHOICES[name] else next(iter(CHOICES[name]))


@preferences.get("/preferences")
def choose() -> BaseResponse:
    """Keep a choice and go back to the page that it was made on."""
    back = request.args.get("next", "")
    root = request.script_root
    response = redirect(back if is_ours(back) else url_for("pages.home"))
    for name, values in {"lang": LANGUAGES, **CHOICES}.items():
        value = request.args.get(name, "")
        if value in values:
            path, secure = root or "/", request.is_secure
            response.set_cookie(name, value, max_age=_YEAR, path=path, secure=secure, samesite="Lax", httponly=True)
    return response


@preferences.get("/kept")
def kept() -> str:
    """Show the page on which a script lists what this browser keeps; the server knows nothing of it."""
    return render_template("kept.html", raw_query="")
