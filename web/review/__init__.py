"""The review: one pair a screen, decided by one key (审核)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from matcher.model import Verdict
from matcher.store import Done, Item, Order, Reviewer, Scope, StaleReviewError
from web.database import store
from web.kept import Kept
from web.review.asked import ORDER_LABELS, Asked, asked, share_of
from web.review.showing import (
    REASON_WORDS,
    REASONS,
    STATE_WORDS,
    VERDICT_WORDS,
    changes,
    lines,
    waterfall,
)
from web.rights import may, scope

blueprint = Blueprint("review", __name__, url_prefix="/review")
Keys = tuple[int, int]
Page = str | tuple[str, int] | BaseResponse
_PER_PAGE = 50
_LEAST = 0.9  # from where a bulk acceptance starts to be asked
_KEPT = 64  # scopes whose choices are kept


@blueprint.record
def _memory(state: BlueprintSetupState) -> None:
    """Give an application its memory."""
    state.app.extensions["choices"] = Kept(_KEPT, alone=False)


def reviewer() -> Reviewer:
    """The signed-in user, under a name that no other account has."""
    user = current_user.user
    name = user.full_name or user.name
    twins = [other for other in store().users.all() if (other.full_name or other.name) == name]
    return Reviewer(user.id, f"{name}（{user.name}）" if len(twins) > 1 else name)


@blueprint.get("")
def index() -> Page:
    """The next item of the queue."""
    wanted, user_id = asked(), current_user.user.id
    queue = store().queue
    left = queue.count(wanted.filters, wanted.order, scope(), user_id)
    keys = None
    if left:
        find = queue.take if may("deciding") else queue.next
        asking = (wanted.filters, wanted.order, scope(), user_id)
        keys = find(*asking, blind=wanted.blind, skip=wanted.skip)
    if keys is None:
        return _page("review/empty.html", wanted, left, run=store().runs.latest())
    return _item(keys, wanted, left)


@blueprint.get("/pair/<pair>")
def pair(pair: str) -> Page:
    """One pair, from the candidates, the disputes or after an undo."""
    wanted = asked()
    keys = _keys(pair)
    store().items.get(keys, scope())  # before it is held: it must exist, and be in the scope
    if may("deciding"):
        store().queue.hold(keys, current_user.user.id)
    left = store().queue.count(wanted.filters, wanted.order, scope(), current_user.user.id)
    return _item(keys, wanted, left)


@blueprint.post("/decide")
def decide() -> Page:
    """One decision, and on to the next item."""
    wanted, by, form = asked(), reviewer(), request.form
    keys = _keys(form.get("pair", ""))
    word, _dash, digit = form.get("verdict", "").partition("-")
    known: dict[str, Any] = {
        "by": by,
        "scope": scope(),
        "token": form.get("token", ""),
    }
    try:
        if word == "none":
            done = store().review.none_fits(keys, **known)
        elif word in set(Verdict):
            done = store().review.decide(
                keys, Verdict(word), reason=REASONS.get(digit, ""), kind=_kind(wanted), **known
            )
        else:
            raise BadRequest
    except StaleReviewError as error:
        return _stale(keys, wanted, error)
    flash(_said(done), "done")
    if form.get("final"):
        return redirect(url_for("review.conflicts"), 303)
    return redirect(url_for("review.index", **wanted.args()), 303)


@blueprint.post("/undo")
def undo() -> Page:
    """Take back the last action, and show what it was about."""
    wanted = asked()
    done = store().review.undo(reviewer())
    if done is None:
        flash(_("没有可以撤销的操作，最多能撤销最近 20 步。"), "done")
        return redirect(url_for("review.index", **wanted.args()), 303)
    flash(_("已撤销：%(what)s", what=_said(done)), "done")
    if done.keys is None:
        return redirect(url_for("review.index", **wanted.args()), 303)
    return redirect(url_for("review.pair", pair=_pair(done.keys), **wanted.args()), 303)


@blueprint.route("/bulk", methods=["GET", "POST"])
def bulk() -> Page:
    """Accept many at once: first how many, then the acceptance of that number."""
    wanted, by, said, status = asked(), reviewer(), "", 200
    least = share_of(request.values.get("least", ""), _LEAST)
    if request.method == "POST":
        expected = request.form.get("expected", -1, type=int)
        try:
            done = store().review.accept_all(
                wanted.filters, least, by=by, scope=scope(), expected=expected
            )
        except StaleReviewError as error:
            said, status = str(error), 409
        else:
            flash(_said(done), "done")
            return redirect(url_for("review.index", **wanted.args()), 303)
    number = store().review.bulk(wanted.filters, least, by=by, scope=scope())
    return render_template(
        "review/bulk.html", asked=wanted, least=least, number=number, said=said, order=ORDER_LABELS
    ), status


@blueprint.get("/conflicts")
def conflicts() -> Page:
    """Pairs on which reviewers differ."""
    page = max(request.args.get("page", 1, type=int), 1)
    total = store().items.disputed(scope())
    pages = max(1, -(-total // _PER_PAGE))
    page = min(page, pages)
    found = store().items.disputes(scope(), limit=_PER_PAGE, offset=(page - 1) * _PER_PAGE)
    store().audit.add("view", "review:conflicts")
    return render_template(
        "review/conflicts.html", items=[(_pair(item.keys), item) for item in found],
        total=total, page=page, pages=pages, words=VERDICT_WORDS,
    )  # fmt: skip


@blueprint.post("/keys")
def keys() -> Page:
    """Single keys on or off, remembered for the user."""
    store().queue.set_keys(current_user.user.id, on=request.form.get("keys") == "on")
    return redirect(url_for("review.index", **asked().args()), 303)


# --- parts -------------------------------------------------------------------------------------------


def _item(
    keys: Keys, wanted: Asked, left: int, *, said: str = "", newer: Any = None, status: int = 200
) -> Page:
    """The page of one pair; that it was looked at is told in the log before it is shown."""
    item: Item = store().items.get(keys, scope())
    found = store().items.candidates(keys[0])
    if wanted.blind:
        found.sort(key=lambda one: one.supply_id)
    store().audit.add("view", f"pair:{item.demand.demand_id}/{item.supply.supply_id}")
    suggestion = item.suggestion
    show_score = suggestion is not None and not wanted.blind
    counted = item.counted
    html = _page(
        "review/item.html", wanted, left, item=item, pair=_pair(keys), lines=lines(item),
        score=waterfall(suggestion.explanation) if suggestion and show_score else None,
        candidates=[(_pair(one.keys), one) for one in found], changes=changes(item),
        final=bool(counted and counted.disputed), opinions=_opinions(item, wanted),
        holder=store().queue.holder(keys, current_user.user.id), said=said,
        newer=None if wanted.blind else newer, words=VERDICT_WORDS, states=STATE_WORDS,
        reasons=REASON_WORDS,
    )  # fmt: skip
    return html, status


def _opinions(item: Item, wanted: Asked) -> tuple[Any, ...]:
    """What was said of the pair, on what it says now or else on what it said; nothing when blind."""
    said = item.counted or item.earlier
    return said.opinions if said and not wanted.blind else ()


def _page(template: str, wanted: Asked, left: int, **more: Any) -> str:
    """A page of the queue, with its bar of filters."""
    deciding = may("deciding")
    return render_template(
        template, asked=wanted, left=left, deciding=deciding, orders=ORDER_LABELS,
        facets=_choices(scope()), disputed=store().items.disputed(scope()),
        keys_on=deciding and store().queue.keys_on(current_user.user.id),
        undoable=deciding and store().review.undoable(Reviewer(current_user.user.id, "")),
        **more,
    )  # fmt: skip


def _choices(mine: Scope) -> dict[str, list[str]]:
    """What the filters can be set to; asked anew only after an import or a run."""
    queue = store().queue
    kept: Kept = current_app.extensions["choices"]
    return kept.get(mine, queue.version(), lambda: queue.facets(mine))


def _stale(keys: Keys, wanted: Asked, error: StaleReviewError) -> Page:
    left = store().queue.count(wanted.filters, wanted.order, scope(), current_user.user.id)
    said = str(error)
    if not error.holder:
        store().queue.hold(keys, current_user.user.id)
    return _item(keys, wanted, left, said=said, newer=error.newer, status=409)


def _kind(wanted: Asked) -> str:
    if request.form.get("final"):
        return "final"
    return "second" if wanted.order is Order.SAMPLE else "decide"


def _said(done: Done) -> str:
    """What was done, in one sentence."""
    word = VERDICT_WORDS[done.verdict]
    if done.kind == "none":
        return _("都不合适，%(n)s 条记为不采纳", n=done.decisions)
    if done.kind == "bulk":
        return _("批量采纳 %(n)s 条", n=done.decisions)
    item = store().items.get(done.keys or (0, 0), scope())
    firm = item.supply.enterprise or item.supply.supply_id
    return _(
        "%(verdict)s：%(demand)s → %(firm)s", verdict=word, demand=item.demand.demand_id, firm=firm
    )


def _pair(keys: Keys) -> str:
    return f"{keys[0]}-{keys[1]}"


def _keys(text: str) -> Keys:
    parts = text.split("-")
    if len(parts) != 2 or not all(
        part.isascii() and part.isdigit() and len(part) < 16 for part in parts
    ):
        raise NotFound
    return int(parts[0]), int(parts[1])
