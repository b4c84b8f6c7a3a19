"""New decisions as an Atom feed, to follow the register by."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.domain import feed, open_data
from reporting.domain.feed import News
from reporting.views.register import LANGUAGE_OF_DATA, address_of, open_to_all, publisher


class DecisionFeed(Feed[News, None]):
    """The last decisions by which something was granted or settled."""

    feed_type = Atom1Feed
    language = LANGUAGE_OF_DATA

    def title(self) -> str:
        return _("Talent fund Hengelo: new decisions")

    def subtitle(self) -> str:
        return _("What the municipality granted and settled, from the day on which the letter was sent.")

    def link(self) -> str:
        return address_of("register")

    def feed_url(self) -> str:
        return publisher().website + reverse("reporting:feed")

    def feed_guid(self) -> str:
        return self.feed_url()

    def feed_copyright(self) -> str:
        return open_data.LICENCE_NAME

    def author_name(self) -> str:
        return publisher().name

    def items(self) -> list[News]:
        return feed.latest()

    def item_title(self, item: News) -> str:
        return item.title

    def item_description(self, item: News) -> str:
        return escape(item.text)  # a summary is HTML to a reader of feeds

    def item_link(self, item: News) -> str:
        return address_of(item.grant.reference)

    def item_guid(self, item: News) -> str:
        return f"{address_of(item.grant.reference)}#{item.decision}"

    def item_pubdate(self, item: News) -> Any:
        return item.at

    def item_updateddate(self, item: News) -> Any:
        return item.at

    def item_categories(self, item: News) -> tuple[str, ...]:
        return (item.grant.line.name,)


_write = DecisionFeed()


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Give the feed; who has it already is told so (304)."""
    with translation.override(LANGUAGE_OF_DATA):
        written = _write(request)
    etag = quote_etag(open_data.digest([], written.content))
    response = get_conditional_response(request, etag=etag) or written
    response["ETag"] = etag
    return open_to_all(response)
