"""What all pages of catalogues share."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matcher.catalogue import Variant
from matcher.errors import NotFoundError
from matcher.issuing import Basis
from matcher.store import CatalogueState, StoredCatalogue
from web.database import store
from web.rights import scope

blueprint = Blueprint("catalogues", __name__, url_prefix="/catalogues")

STATES = {
    CatalogueState.DRAFT: _l("草稿"),
    CatalogueState.CHECKED: _l("已核稿"),
    CatalogueState.ISSUED: _l("已印发"),
    CatalogueState.SUPERSEDED: _l("已被替代"),
}
VARIANTS = {
    Variant.WHOLE: _l("推荐目录"),
    Variant.LEADER: _l("需求-供应商对照表"),
    Variant.SME: _l("企业配套机会"),
    Variant.ATTRACTION: _l("招商需求"),
}
BASES = {
    Basis.ACCEPTED: _l("审核采纳的建议"),
    Basis.PRODUCTS: _l("供给清单里的优势产品（不要需求）"),
    Basis.SUGGESTED: _l("未审核的最好建议（草案，不能印发）"),
}
OPEN = (CatalogueState.DRAFT, CatalogueState.CHECKED)  # may still be changed


def found(catalogue_id: int) -> StoredCatalogue:
    """A catalogue that the user may see.

    Raises:
        NotFoundError: There is none, or it is none of the user's business.
    """
    try:
        return store().catalogues.get(catalogue_id, scope())
    except NotFoundError as error:
        raise NotFoundError(_("没有编号为 %(id)s 的目录", id=catalogue_id)) from error


@blueprint.app_template_global()
def catalogue_state(stored: StoredCatalogue) -> str:
    """State of a catalogue as a word."""
    return str(STATES[stored.state])


@blueprint.app_template_global()
def catalogue_variant(stored: StoredCatalogue) -> str:
    """For whom a catalogue is, as a word."""
    return str(VARIANTS[Variant(stored.variant)])
