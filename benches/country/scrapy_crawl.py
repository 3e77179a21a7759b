"""The same pages by Scrapy: listings, reports, the text of each into SQLite.

In: port of the portals, number of sites and of listings each, a file. The portals are its proxy: their names are not
known to the resolver. robots.txt is not asked for; nothing is logged, retried or cached.
"""

import re
import sqlite3
import sys

import scrapy
from scrapy.crawler import CrawlerProcess

PORT, SITES, LISTINGS, FILE = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
PAGES = re.compile(r'createPageHTML\((\d+)|class="page">共(\d+)')
BODY = ".TRS_UEDITOR *::text, .article-content *::text, #zoom *::text"
BATCH = 256


class Portals(scrapy.Spider):
    name = "portals"

    def asked(self, url, callback):
        return scrapy.Request(url, callback=callback, meta={"proxy": f"http://127.0.0.1:{PORT}"})

    async def start(self):
        for site in range(SITES):
            for column in range(LISTINGS):
                yield self.asked(f"http://www.s{site:05}.example/zwgk/lm{column}/", self.listing)

    def listing(self, response):
        yield from self.rows(response)
        found = PAGES.search(response.text)
        for page in range(1, int(found[1] or found[2]) if found else 1):
            yield self.asked(response.urljoin(f"index_{page}.html"), self.rows)

    def rows(self, response):
        for href in response.css("ul.list li a::attr(href)").getall():
            yield self.asked(response.urljoin(href), self.report)

    def report(self, response):
        yield {
            "url": response.url,
            "title": response.css("h1::text").get(),
            "day": response.css(".time::text").get(),
            "text": "".join(response.css(BODY).getall()),
        }


class Keep:
    def open_spider(self, spider):
        self.conn = sqlite3.connect(FILE)
        self.conn.execute("PRAGMA journal_mode = WAL")
        self.conn.execute("PRAGMA synchronous = NORMAL")
        self.conn.execute("CREATE TABLE reports (url TEXT NOT NULL PRIMARY KEY, title TEXT, day TEXT, text TEXT)")
        self.n = 0

    def process_item(self, item, spider):
        self.conn.execute("INSERT OR REPLACE INTO reports VALUES (:url, :title, :day, :text)", item)
        self.n += 1
        if self.n % BATCH == 0:
            self.conn.commit()
        return item

    def close_spider(self, spider):
        self.conn.commit()
        print(self.n)


process = CrawlerProcess(
    settings={
        "LOG_LEVEL": "ERROR",
        "CONCURRENT_REQUESTS": 64,
        "DOWNLOAD_DELAY": 0,
        "ITEM_PIPELINES": {Keep: 1},
        "RETRY_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Portals)
process.start()
