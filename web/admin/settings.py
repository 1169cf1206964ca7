"""Settings of the installation (设置)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from web.database import store
from web.forms import SettingsForm
from web.policy import POLICIES, STANDARD

blueprint = Blueprint("settings", __name__, url_prefix="/admin/settings")


@blueprint.route("", methods=["GET", "POST"])
def index() -> str | BaseResponse:
    """The rules for passwords and sessions."""
    form = SettingsForm(policy=store().settings.get("policy", STANDARD))
    if form.validate_on_submit():
        store().settings.set("policy", form.policy.data)
        return redirect(url_for("settings.index"), 303)
    return render_template("admin/settings.html", form=form, policies=POLICIES)
