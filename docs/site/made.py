"""The pages that are made from code whenever the site is built."""

from collections.abc import Callable, Mapping

from docs.site import api, mistakes, options, overview, python, schema, settings

PAGES: Mapping[str, Callable[[], str]] = {
    "reference/api.md": api.make_page,
    "reference/errors.md": mistakes.make_page,
    "reference/index.md": overview.make_page,
    "reference/options.md": options.make_page,
    "reference/python.md": python.make_page,
    "reference/settings.md": settings.make_page,
    "reference/worklog-schema.md": schema.make_page,
}
