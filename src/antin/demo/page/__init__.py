"""The static page of the demonstration: one story in, one self-contained HTML file out.

``render(story, lang)`` fixes no facts of its own: every fact is in the story, in the language of the
reader; only the labels around them are ours (``labels.py``). The file must open on a machine without a
network, twenty years from now, so styles, images and the drawing are inside it and nothing in it runs.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from antin.demo.page import proof, values
from antin.demo.page.labels import LABELS

__all__ = ["render", "tables"]

Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]


def render(story: Mapping[str, Any], lang: str) -> str:
    """Return the page as one HTML document, in Vietnamese (``vi``) or English (``en``)."""
    labels = LABELS[lang]
    path = proof.climb(story["proof"])
    template = _environment(lang).get_template("page.html")
    return template.render(
        story=story,
        lang=lang,
        t=labels,
        css=Markup(_own("page.css")),  # our own file, never the story's words
        path=path,
        drawing=proof.draw(story["proof"], path, labels),
        pages=[values.picture(png) for png in story["document"]["images"]],
        made=values.moment(story["made_at"], lang),
        outcome=values.outcome(story, path),
    )


def tables(title: str, shown: Sequence[Table], made_at: str, lang: str) -> str:
    """A page of tables alone: (caption, heads, rows) each."""
    template = _environment(lang).get_template("tables.html")
    made = values.moment(made_at, lang)
    return template.render(
        title=title, tables=shown, made=made, lang=lang, t=LABELS[lang], css=Markup(_own("page.css"))
    )


def _environment(lang: str) -> Environment:
    """Escape everything whatever the file is called, and stop at a missing fact instead of printing a gap."""
    environment = Environment(
        loader=FunctionLoader(_own),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = lambda number: values.seconds(number, lang)
    environment.filters["grouped"] = lambda number: proof.grouped(number, LABELS[lang])
    return environment


def _own(name: str) -> str:
    """Read a file that stands beside this module, also when the package is a zip archive."""
    return files(__package__ or __name__).joinpath(name).read_text("utf-8")
