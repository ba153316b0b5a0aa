"""report_html.py - a page of reports in a browser: it is silent, asks for nothing, its
tables sort, its charts show, and what names hold stays text. Prints ok/not ok lines.

    report_html.py CHROMIUM PAGE SINGLE FOLDER    screenshots and a PDF go into FOLDER
"""

import os
import sys

sys.path.insert(0, os.path.join(os.environ["TOP_SRCDIR"], "tests", "support"))
sys.dont_write_bytecode = True

import browser  # noqa: E402

failures = 0


def equal(sentence, got, expected):
    global failures
    if got == expected:
        print(f"ok - {sentence}")
    else:
        failures += 1
        print(f"not ok - {sentence}\n    got:      {got}\n    expected: {expected}")


def silent(page, url, what):
    equal(f"{what}: nothing is said on the console", page.console, [])
    equal(f"{what}: no exception is thrown", page.exceptions, [])
    equal(f"{what}: nothing is asked for but the page", page.requests, [url])
    equal(f"{what}: no dialog opens", page.dialogs, [])


# What a table shows in one column, as numbers where they are some; None for no value.
COLUMN = """((table, column) => [...table.tBodies[0].rows].map(row => {
    const cell = row.cells[column];
    return cell.classList.contains("none") ? null
        : cell.dataset.key || cell.textContent; }))"""
# The first table of several rows that has numbers of several values, and which column.
FIND = """(() => { for (const table of document.querySelectorAll("table.sortable"))
    for (const head of table.getClientRects().length ? table.tHead.rows[0].cells : [])
        if (head.dataset.type === "number"
            && new Set([...table.tBodies[0].rows].map(row => row.cells[head.cellIndex].textContent)).size > 2)
            return window.found = { table, head, column: head.cellIndex }; })()"""


def column(page):
    return page.evaluate(f"{COLUMN}(found.table, found.column)")


def ordered(values, downwards):
    numbers = [float(value) for value in values if value is not None]
    return (numbers == sorted(numbers, reverse=downwards)
            and all(value is None for value in values[len(numbers):]))


def check_sorting(page):
    page.evaluate(f"void {FIND}")
    equal("there is a table to sort", page.evaluate("!!window.found"), True)
    before = column(page)
    states = []
    for _ in range(3):
        page.evaluate("found.head.querySelector('button').click()")
        states.append((page.evaluate("found.head.getAttribute('aria-sort')"), column(page)))
    equal("a click on a head sorts the numbers down, and says so",
          (states[0][0], ordered(states[0][1], True)), ("descending", True))
    equal("a second sorts them up", (states[1][0], ordered(states[1][1], False)),
          ("ascending", True))
    equal("a third restores the order that there was", states[2], (None, before))

    page.evaluate("found.head.querySelector('button').focus()")
    page.key("Enter", "Enter", 13, "\r")
    equal("the keyboard sorts, too", ordered(column(page), True), True)
    page.evaluate("found.head.nextElementSibling "
                  "&& found.head.nextElementSibling.querySelector('button').click()")
    equal("one head at a time says that it sorts",
          page.evaluate("found.table.querySelectorAll('[aria-sort]').length"), 1)


def check_markup(page):
    equal("no text became an element", page.evaluate(
        "document.querySelectorAll('img, iframe, body script ~ script, td script, td h1').length"), 0)
    equal("there is one heading of the first level",
          page.evaluate("document.querySelectorAll('h1').length"), 1)
    equal("the hostile names are there to be read",
          page.evaluate("document.body.innerText.includes(\"<script>alert('name')</script>\")"), True)
    equal("each chart shows one of its two pictures", page.evaluate(
        "[...document.querySelectorAll('.chart')].every(chart => "
        "[...chart.querySelectorAll('svg')].filter(svg => svg.getClientRects().length).length === 1)"),
        True)
    equal("script of a page's text may not run", page.evaluate(
        "(() => { const script = document.createElement('script');"
        " script.textContent = 'window.ran = true'; document.body.append(script);"
        " script.remove(); return window.ran === undefined; })()"), True)
    # The browser reports the attempt: that was ours.
    refused = [said for said in page.console if "Content Security Policy" in said]
    equal("the policy refused it", len(refused), 1)
    page.console.clear()


def check_widths(page, what):
    equal(f"{what}: the page is no wider than the screen",
          page.evaluate("document.documentElement.scrollWidth <= innerWidth"), True)


def check_accessibility(page):
    page.command("Accessibility.enable")
    nodes = page.command("Accessibility.getFullAXTree")["nodes"]

    def of(role):
        return [node for node in nodes if node.get("role", {}).get("value") == role]

    equal("pictures have names", [node for node in of("img") + of("image")
                                  if not node.get("name", {}).get("value")], [])
    equal("buttons have names", [node for node in of("button")
                                 if not node.get("name", {}).get("value")], [])
    equal("regions have names", [node for node in of("region")
                                 if not node.get("name", {}).get("value")], [])
    equal("heads of columns are known as such", len(of("columnheader")) > 0, True)


def check_phone(the_browser, url, folder):
    phone = the_browser.open(url, 390, 844, phone=True)
    check_widths(phone, "a phone")
    silent(phone, url, "a phone")
    phone.evaluate("document.querySelectorAll('.numbers').forEach(each => each.open = true)")
    phone.evaluate("new Promise(then => setTimeout(then, 300))")
    equal("a table that is too wide becomes cards", phone.evaluate(
        "[...document.querySelectorAll('.scroll')].every(each => "
        "each.querySelector('.cards') || each.scrollWidth <= each.clientWidth + 8)"), True)
    equal("and stays a table to a screen reader", phone.evaluate(
        "[...document.querySelectorAll('.cards')].every(table => "
        "table.getAttribute('role') === 'table' && [...table.rows].every(row => "
        "row.getAttribute('role') === 'row' && [...row.cells].every(cell => cell.hasAttribute('role'))))"),
        True)
    phone.screenshot(f"{folder}/phone.png")
    phone.media("dark")
    phone.evaluate("document.querySelectorAll('.report')[1].scrollIntoView()")
    phone.screenshot(f"{folder}/phone-dark.png")


def check_without_script(the_browser, url):
    page = the_browser.open("about:blank")
    page.command("Emulation.setScriptExecutionDisabled", value=True)
    page.go(url)
    page.command("Emulation.setScriptExecutionDisabled", value=False)
    equal("without script there are no dead buttons",
          page.evaluate("document.querySelectorAll('button').length"), 0)
    equal("and all the tables", page.evaluate("document.querySelectorAll('tbody tr').length > 50"), True)


def main():
    program, page_file, single_file, folder = sys.argv[1:]
    url, single_url = f"file://{page_file}", f"file://{single_file}"
    with browser.Browser(program) as chromium:
        page = chromium.open(url, 1280)
        silent(page, url, "a desktop")
        check_widths(page, "a desktop")
        check_markup(page)
        check_accessibility(page)
        page.screenshot(f"{folder}/desktop.png")
        check_sorting(page)
        page.media("dark")
        page.screenshot(f"{folder}/desktop-dark.png")
        page.media("light")
        page.pdf(f"{folder}/paper.pdf")
        equal("it can be printed", os.path.getsize(f"{folder}/paper.pdf") > 10000, True)
        silent(page, url, "after all that")

        single = chromium.open(single_url, 1280)
        silent(single, single_url, "a single report")
        single.screenshot(f"{folder}/single.png")
        check_phone(chromium, url, folder)
        check_without_script(chromium, url)
    sys.exit(1 if failures else 0)


main()
