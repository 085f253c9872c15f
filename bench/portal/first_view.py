"""The first view on a phone: largest contentful paint with a slow processor and a slow line."""

import os

from playwright.sync_api import Browser, Page, sync_playwright

from demo.filer import START, Filer

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser")
PHONE = {"width": 360, "height": 740}
# 1.6 Mbit/s down, 0.75 up, 150 ms: the usual profile of a slow mobile line; 4 x slower processor.
LINE = {"offline": False, "downloadThroughput": 200_000, "uploadThroughput": 93_750, "latency": 150}
SLOWDOWN = 4
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
    const entries = list.getEntries();
    done(entries[entries.length - 1].startTime);
}).observe({type: "largest-contentful-paint", buffered: true}))"""
SENT = """() => performance.getEntries().filter(one => one.transferSize).reduce((sums, one) => {
    const kind = /[.]js/.test(one.name) ? "js" : /[.]css/.test(one.name) ? "css" : "page";
    sums[kind] = (sums[kind] || 0) + one.encodedBodySize;
    return sums;
}, {})"""


def paints(site: str, filer: Filer, page: str) -> dict[str, dict[str, float]]:
    """Return for each page the seconds to its largest paint and the bytes it was sent."""
    with sync_playwright() as playwright:
        found = next(path for path in CHROMIUM if os.access(path, os.X_OK))
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found, args=quiet)
        paths = {"landing": "/", "hub": f"{START}/", "interview": page}
        try:
            return {name: _paint(browser, site, path, filer) for name, path in paths.items()}
        finally:
            browser.close()


def _paint(browser: Browser, site: str, path: str, filer: Filer) -> dict[str, float]:
    """Open one page in a browser that has never been here: nothing is cached."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True)
    for name, value in filer.browser.session.cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": site}])
    page = context.new_page()
    _slow_down(page)
    page.goto(site + path, wait_until="load")
    page.wait_for_timeout(500)
    paint, sent = page.evaluate(PAINTED), page.evaluate(SENT)
    context.close()
    sizes = {f"{kind}_kilobytes": round(size / 1000, 1) for kind, size in sent.items()}
    return {"seconds": round(paint / 1000, 2), **sizes}


def _slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
