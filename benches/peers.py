"""Reads pages with peers for Python and times them.

In, one JSON object a line: {"pages": [{"file", "url"}]} first, then {"read": NAME} or {"time": NAME}.
Out, one JSON value a line: the names with their versions; [{"text", "fields"}] a page; seconds of CPU time of a round.
Everything is in memory before anything is timed. A peer that fails on a page has read nothing.
"""

import contextlib
import importlib.metadata
import json
import logging
import os
import re
import sys
import time

import lxml.html
import trafilatura
from gne import GeneralNewsExtractor
from readability import Document
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding
from resiliparse.parse.html import HTMLTree


def decoded(page):
    try:
        return page.decode("utf-8")
    except UnicodeDecodeError:
        return page.decode("gb18030", "replace")


def by_trafilatura(page, url):
    found = trafilatura.bare_extraction(page, url=url, with_metadata=True, include_comments=False)
    return found.text, {"title": found.title, "published": found.date}


def by_gne(page, url):
    found = GeneralNewsExtractor().extract(decoded(page))
    return found["content"], {"title": found["title"], "published": found["publish_time"], "source": found["author"]}


def by_readability(page, url):
    document = Document(decoded(page), url=url)
    summary = lxml.html.fromstring(document.summary(html_partial=True))
    for block in summary.iter("p", "div", "br", "tr", "li", "h1", "h2", "h3"):
        block.tail = "\n" + (block.tail or "")
    return summary.text_content(), {"title": document.short_title()}


def by_resiliparse(page, url):
    tree = HTMLTree.parse_from_bytes(page, detect_encoding(page))
    return extract_plain_text(tree, main_content=True), {"title": tree.title}


PEERS = {
    f"{package} {importlib.metadata.version(package)}": read
    for package, read in [
        ("trafilatura", by_trafilatura),
        ("gne", by_gne),
        ("readability-lxml", by_readability),
        ("resiliparse", by_resiliparse),
    ]
}
NO_SURROGATES = re.compile("[\ud800-\udfff]")


def read_all(peer, pages):
    said = []
    for page, url in pages:
        try:
            text, fields = peer(page, url)
        except Exception:
            text, fields = "", {}
        said.append((text or "", fields))
    return said


def answer(question, pages):
    if "pages" in question:
        for one in question["pages"]:
            with open(one["file"], "rb") as file:
                pages.append((file.read(), one["url"]))
        return list(PEERS)
    if "time" in question:
        begun = time.process_time()
        read_all(PEERS[question["time"]], pages)
        return time.process_time() - begun
    said = read_all(PEERS[question["read"]], pages)
    return [
        {"text": NO_SURROGATES.sub("", text), "fields": {name: str(value) for name, value in fields.items() if value}}
        for text, fields in said
    ]


def main():
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    pages = []
    # Some of them print; only answers may go out.
    with contextlib.redirect_stdout(sys.stderr):
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line), pages)), file=out, flush=True)


main()
