// The page in a real browser, before a proxy with a bookshop behind it. test_web.py starts all of
// that and runs this file. With SHOTS=<folder> it also makes the pictures of the README there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, assertAccessible as assertAccessibleOf, close, complaints, launch, open } from "./browser.mjs";
import { hold } from "./report.mjs";

const { ADMIN, TOKENED, RESTARTED, TOKEN, SHOP, SHOTS } = process.env;
let context;
let page;

const visit = (path, method = "GET") => fetch(`${SHOP}/${path}`, { method }).then((answer) => answer.text());
const go = (hash) => page.goto(`${ADMIN}/${hash}`);

/** The tab says so. */
const titled = (title, of = page) => of.waitForFunction((wanted) => document.title === `${wanted} · Onetrip`, title);

const assertAccessible = (what, of = page) => assertAccessibleOf(what, of);

/** A browser reports such answers on its console: those are what was wanted. */
function forgive(status) {
  for (let at = complaints.length - 1; at >= 0; --at) if (complaints[at].includes(status)) complaints.splice(at, 1);
}

before(async () => {
  await launch();
  page = await open();
  context = page.context();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: ADMIN });
});

after(close);

test("before anything came, the page says how to send traffic and context, and what is missing", async () => {
  await go("");
  await page.getByRole("heading", { name: "Waiting for the first statement" }).waitFor();
  const port = new URL(process.env.PROXY).port;
  await page.getByText(`PGPORT=${port}`).waitFor();
  await page.getByText("No connection came yet").waitFor();
  await page.getByRole("button", { name: "Django" }).click();
  await page.getByText("sqlcommenter.django.middleware").waitFor();
  await assertAccessible("the empty page");
});

test("a finding appears by itself", async () => {
  await page.locator(".pulse.live").waitFor();
  await visit("slow/books?rows=20");
  await page.getByText("shop_author was fetched 20 times in one request, once for each row of shop_book").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Waiting" }).count(), 0);
});

test("a finding shows its proof: the one, the many, and the columns between them", async () => {
  await visit("slow/books?rows=50");
  await page.getByText("shop_author was fetched 50 times").click();
  await page.getByRole("heading", { name: "1 + 50" }).waitFor();
  const proof = await page.locator(".proof").innerText();
  for (const said of ["SELECT shop_book", "shop_book.author_id", "50 of 50", "in row order", "SELECT shop_author", "shop_author.id", "Foreign key"])
    assert.ok(proof.includes(said), `${said} in ${proof}`);
  assert.ok((await page.locator(".strands path").count()) > 2);
  await page.getByRole("heading", { name: "How it grows" }).waitFor();
  await page.getByText("50 statements at").or(page.getByText("statements at 1 000 rows")).first().waitFor();
  await page.getByRole("img", { name: "Statements by the rows of the parent" }).waitFor();
  await page.getByRole("img", { name: "Time that one trip would save" }).waitFor();
  await page.getByText("onetrip='allow:n-plus-one;reason'").waitFor();
  await titled("shop_author was fetched 50 times in one request, once for each row of shop_book");
  await assertAccessible("a finding");
});

test("the fix is copied as it is shown", async () => {
  await page.getByRole("button", { name: "Copy the fix in Django" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'Book.objects.select_related("author")');
});

test("its request is a waterfall, in which the loop is one row that unfolds", async () => {
  await page.getByRole("link", { name: "Show it as a waterfall" }).click();
  const id = page.url().split("/").pop();
  await titled(`slow/books ${id.slice(0, 8)}`);
  const loop = page.locator(".row", { hasText: "SELECT shop_author" });
  await loop.filter({ hasText: "×50" }).waitFor();
  assert.equal(await page.locator(".row").count(), 2);
  assert.ok((await page.locator(".minimap path").count()) >= 2);
  await loop.getByRole("button").first().click();
  await page.getByRole("region", { name: "The chosen statement" }).waitFor();
  await page.getByRole("button", { name: "Fold" }).waitFor();
  const colours = await page.locator(".row .swatch").evaluateAll((all) => all.map((one) => one.style.background));
  assert.equal(new Set(colours).size, 2);
  await assertAccessible("a request");
  await page.getByRole("button", { name: "Fold" }).click();
  assert.equal(await page.locator(".row").count(), 2);
});

test("what was asked twice with equal values is a duplicate, what differs is similar", async () => {
  await visit("slow/account");
  await go("#/findings?rule=duplicate-query");
  await page.getByText("the same row of shop_customer was asked for 2 times in one request").click();
  await page.getByRole("link", { name: "Show it as a waterfall" }).click();
  await page.locator(".row em.duplicate").waitFor();
  assert.equal(await page.locator(".row em.duplicate").count(), 1);
});

test("a statement shows its figures, its callers and its text", async () => {
  await page.locator("table a", { hasText: "SELECT shop_customer" }).first().click();
  await page.getByRole("heading", { name: "Who asks it" }).waitFor();
  await page.getByRole("link", { name: "slow/account" }).first().waitFor();
  await page.getByText('FROM "shop_customer"').first().waitFor();
  await titled("SELECT shop_customer");
  await assertAccessible("a statement");
  await go("#/statements?sort=calls");
  await page.getByRole("button", { name: "Calls", pressed: true }).waitFor();
  const calls = await page.locator("tbody tr td:nth-child(2)").allInnerTexts();
  const numbers = calls.map((text) => Number(text.replace(/\D/g, "")));
  assert.deepEqual(numbers, [...numbers].sort((a, b) => b - a));
  await assertAccessible("the statements");
});

test("the profile is told by label and by application, too", async () => {
  await go("#/statements?sort=p99");
  await page.getByRole("button", { name: "by label" }).click();
  await page.getByRole("button", { name: "Time", pressed: true }).waitFor();
  const row = page.locator("tbody tr", { hasText: "slow/books" });
  const cells = await row.locator("td").allInnerTexts();
  const [name, requests, calls, errors] = cells;
  assert.deepEqual([name, requests, calls, errors], ["slow/books", "2", "72", "–"]);
  assert.match(cells[4], /ms$/);
  assert.match(cells[5], /%/);
  assert.deepEqual([cells[7], cells[9].replace(/\D/g, "")], ["36", "1001"]);
  await assertAccessible("the profile by label");
  await page.getByLabel("Search statements").fill("account");
  await row.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "slow/account" }).click();
  await page.getByRole("heading", { name: "Requests" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "by application" }).click();
  assert.match(page.url(), /by=application/);
  await page.locator("tbody tr", { hasText: "bookshop" }).waitFor();
  await assertAccessible("the profile by application");
});

test("where nothing fits, that is said, and the way back", async () => {
  await go("#/windows?label=nowhere");
  await page.getByText("No request of this name is kept.").waitFor();
  await go("#/findings?severity=loud");
  await page.getByRole("link", { name: "show all" }).click();
  await page.locator(".cause").first().waitFor();
});

test("findings are filtered by severity, rule, request and words, and the address keeps it", async () => {
  await visit("slow/catalogue?rows=10");
  await go("#/findings");
  await page.locator(".causes").getByText("slow/catalogue").first().waitFor();
  const shown = () => page.locator(".cause").count();
  const all = await shown();
  await page.getByRole("button", { name: /^warning/ }).click();
  await page.locator(".cause.error").first().waitFor({ state: "detached" });
  assert.ok((await shown()) < all);
  assert.match(page.url(), /severity=warning/);
  await page.getByRole("button", { name: /^warning/ }).click();
  await page.getByLabel("All rules").selectOption("duplicate-query");
  await page.getByText("1 cause, 1 finding, worst first").waitFor();
  await page.reload();
  await page.getByText("1 cause, 1 finding, worst first").waitFor();
  await page.getByLabel("All rules").selectOption("");
  await page.getByLabel("All requests").selectOption("slow/catalogue");
  await page.getByText("2 causes, 2 findings, worst first").waitFor();
  await page.getByLabel("All requests").selectOption("");
  await page.getByLabel("Search findings").fill("shop_review book_id");
  await page.getByText("1 cause, 1 finding, worst first").waitFor();
  await page.getByLabel("Search findings").fill("nothing like it");
  await page.getByText("No finding fits these filters.").waitFor();
});

test("a link leads straight to one finding", async () => {
  await go("#/findings");
  const address = await page.locator(".cause a.main").first().getAttribute("href");
  const other = await open();
  await other.goto(`${ADMIN}/${address}`);
  await other.getByRole("heading", { name: "How to fix it" }).waitFor();
  await other.context().close();
});

test("the keyboard searches, walks, opens, goes up and explains itself", async () => {
  await go("#/findings");
  await page.reload(); // nothing has the focus
  await page.locator(".cause").first().waitFor();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("j");
  assert.match(page.url(), /q=j/);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Escape");
  const titles = await page.locator(".cause .main strong").allInnerTexts();
  const focused = () => page.evaluate(() => document.activeElement.querySelector("strong")?.innerText);
  await page.keyboard.press("j");
  assert.equal(await focused(), titles[0]);
  await page.keyboard.press("j");
  assert.equal(await focused(), titles[1]);
  await page.keyboard.press("k");
  assert.equal(await focused(), titles[0]);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: titles[0], level: 1 }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Findings", level: 1 }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await assertAccessible("the keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("5");
  await page.getByRole("heading", { name: "Status", level: 1 }).waitFor();
  await titled("Status");
});

test("Esc and Back lead to the same row of the list, where it was, with its filters", async () => {
  const long = await open({ offline: true });
  await long.goto(`file://${hold(`${process.env.FOLDER}/long.html`, { findings: 600, statements: 1 })}#/findings?severity=error`);
  const row = long.locator(".cause a.main", { hasText: "table_250 " });
  const place = () => row.evaluate((element) => element.getBoundingClientRect().top);
  await row.scrollIntoViewIfNeeded();
  for (const leave of [() => long.keyboard.press("Escape"), () => long.goBack()]) {
    await row.focus();
    await long.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const before = await place();
    await long.keyboard.press("Enter");
    await long.getByRole("heading", { name: "How to fix it" }).waitFor();
    assert.equal(await long.evaluate(() => scrollY), 0);
    await leave();
    await long.waitForFunction(() => document.activeElement.innerText.includes("table_250 "));
    await long.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))));
    assert.ok(Math.abs((await place()) - before) < 2, `it was at ${before}, and is at ${await place()}`);
    assert.match(long.url(), /severity=error/);
  }
  await long.keyboard.press("j");
  assert.ok((await long.evaluate(() => document.activeElement.innerText)).includes("table_251 "));
  await long.context().close();
});

test("a finding from before a restart does not offer the request that is gone, and its address says why", async () => {
  const later = await open();
  await later.goto(`${RESTARTED}/#/findings`);
  await later.locator(".cause a.main").click();
  await later.getByText("Its statements are not kept any more. Requests do not outlive a restart").waitFor();
  assert.equal(await later.locator("main a[href^='#/window/']").count(), 0);
  await assertAccessible("a finding from before a restart", later);
  const { findings } = await (await fetch(`${RESTARTED}/api/v1/findings`)).json();
  await later.goto(`${RESTARTED}/#/window/${findings[0].window.id}`);
  await later.getByRole("heading", { name: "Not there any more" }).waitFor();
  await later.getByText("Requests do not outlive a restart of Onetrip").waitFor();
  await later.context().close();
  forgive("404");
});

test("status says in words what was seen, what was not, and where silence proves nothing", async () => {
  await visit("ok/export");
  await go("#/status");
  await page.getByText("No session was blind.").waitFor();
  await page.getByText("Every statement could be parsed.").waitFor();
  await page.getByText(/by trace/).waitFor();
  await page.getByText("ok/export").waitFor();
  await assertAccessible("the status");
});

test("the tail shows requests as they end, and holds still in a pause", async () => {
  await go("#/live");
  await page.locator(".pulse.live").waitFor();
  await visit("slow/authors?rows=5");
  await page.locator(".tail").getByText("slow/authors").first().waitFor();
  await page.keyboard.press("p");
  await page.getByRole("button", { name: /Go on/ }).first().waitFor();
  const held = await page.locator(".tail").innerText();
  await visit("fixed/authors?rows=5");
  await page.getByRole("button", { name: /new/ }).first().waitFor();
  assert.equal(await page.locator(".tail").innerText(), held);
  await page.keyboard.press("p");
  await page.locator(".tail").getByText("fixed/authors").first().waitFor();
  await assertAccessible("the tail");
});

test("dark follows the system, and the switch is kept", async () => {
  const dark = await open({ colorScheme: "dark" });
  const theme = () => dark.evaluate(() => document.documentElement.dataset.theme);
  for (const view of ["findings", "windows", "statements", "live", "status"]) {
    await dark.goto(`${ADMIN}/#/${view}`);
    await dark.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await theme(), "dark");
    await assertAccessible(`${view}, dark`, dark);
  }
  await dark.goto(`${ADMIN}/#/findings`);
  await dark.locator(".cause a.main").first().click();
  await dark.getByRole("heading", { name: "How to fix it" }).waitFor();
  await assertAccessible("a finding, dark", dark);
  await dark.getByRole("link", { name: "Show it as a waterfall" }).click();
  await dark.locator(".row").first().waitFor();
  await assertAccessible("a request, dark", dark);
  await dark.getByRole("button", { name: "Dark or light" }).click();
  assert.equal(await theme(), "light");
  await dark.reload();
  await dark.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await theme(), "light");
  await dark.context().close();
});

test("on a narrow screen nothing is wider than it", async () => {
  const narrow = await open({ viewport: { width: 360, height: 740 } });
  await narrow.goto(`${ADMIN}/#/findings`);
  const finding = await narrow.locator(".cause a.main").first().getAttribute("href");
  await narrow.goto(`${ADMIN}/${finding}`);
  const window = await narrow.getByRole("link", { name: "Show it as a waterfall" }).getAttribute("href");
  for (const hash of ["#/findings", finding, window, "#/windows", "#/statements", "#/live", "#/status"]) {
    await narrow.goto(`${ADMIN}/${hash}`);
    await narrow.getByRole("heading", { level: 1 }).waitFor();
    const { wide, screen } = await narrow.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: document.documentElement.clientWidth }));
    assert.ok(wide <= screen, `${hash} is ${wide} wide on ${screen}`);
    const ends = await narrow.locator("nav a").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
    assert.ok(Math.max(...ends) <= screen, `the menu ends at ${ends} on ${screen}`);
    await assertAccessible(`${hash}, narrow`, narrow);
  }
  await narrow.context().close();
});

test("where a token is demanded, the page asks for it", async () => {
  const strange = await open();
  await strange.goto(`${TOKENED}/`);
  const field = strange.getByLabel("The token of admin.token_file is needed");
  await field.fill(TOKEN);
  await strange.getByRole("button", { name: "Show" }).click();
  await strange.getByRole("heading", { name: "Waiting for the first statement" }).waitFor();
  await strange.locator(".pulse.live").waitFor();
  await strange.context().close();
  forgive("401");
});

test("a report holds its data, asks nobody, and shows hostile text as text", async () => {
  const folder = process.env.FOLDER;
  const path = hold(`${folder}/report.html`, { findings: 3, statements: 12, hostile: true });
  const offline = await open({ offline: true });
  await offline.goto(`file://${path}`);
  await offline.locator(".cause").first().waitFor();
  assert.equal(await offline.locator("main img").count(), 0);
  assert.equal(await offline.evaluate(() => window.harmed), undefined);
  await offline.locator(".causes").getByText("<img src=x onerror").first().waitFor();
  await offline.locator(".cause a.main").first().click();
  await offline.getByRole("link", { name: "Show it as a waterfall" }).click();
  await offline.locator(".row").first().waitFor();
  await assertAccessible("a report", offline);
  await offline.context().close();
});

test("with 1,000 findings and a request of 5,000 statements it is there within a second", async () => {
  const path = hold(`${process.env.FOLDER}/large.html`, { findings: 1000, statements: 5000 });
  const large = await open({ offline: true });
  const until = (selector) =>
    large.evaluate((wanted) => new Promise((done) => {
      const look = () => (document.querySelector(wanted) ? requestAnimationFrame(() => setTimeout(() => done(performance.now()))) : setTimeout(look, 1));
      look();
    }), selector);
  let opened = Infinity;
  let searched = Infinity;
  let shown = Infinity;
  for (let turn = 0; turn < 5; ++turn) { // others use this machine too: the best one tells what the page takes
    await large.goto(`file://${path}`);
    opened = Math.min(opened, await until(".cause:nth-child(1000)"));
    searched = Math.min(searched, await large.evaluate(() => new Promise((done) => {
      const begun = performance.now();
      const field = document.getElementById("search");
      field.value = "table_77";
      field.dispatchEvent(new Event("input", { bubbles: true }));
      const look = () => (document.querySelector(".cause:nth-child(1000)") ? setTimeout(look, 1) : done(performance.now() - begun));
      look();
    })));
    await large.evaluate(() => { location.hash = "#/status"; });
    shown = Math.min(shown, await large.evaluate(() => new Promise((done) => {
      const begun = performance.now();
      location.hash = "#/window/large";
      const look = () => (document.querySelector(".row") ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))) : setTimeout(look, 1));
      look();
    })));
  }
  await large.context().close();
  console.log(`list ${Math.round(opened)} ms, search ${Math.round(searched)} ms, waterfall ${Math.round(shown)} ms`);
  assert.ok(opened < 1000, `the list took ${opened} ms`);
  assert.ok(searched < 1000, `the search took ${searched} ms`);
  assert.ok(shown < 1000, `the waterfall took ${shown} ms`);
});

test("connections are lanes, and the minimap zooms in until the application's thinking shows", async () => {
  const wide = await open({ offline: true });
  await wide.goto(`file://${hold(`${process.env.FOLDER}/lanes.html`, { findings: 1, statements: 300 })}#/window/large`);
  const shown = () => wide.locator(".row .lane").allInnerTexts();
  await wide.locator(".row").first().waitFor();
  assert.deepEqual(new Set(await shown()), new Set(["1"]));
  await wide.locator(".waterfall").evaluate((element) => element.scrollTo(0, 100 * 26));
  await wide.locator(".row.next").first().waitFor();
  assert.deepEqual(new Set(await shown()), new Set(["1", "2"]));
  await wide.getByRole("button", { name: "by time" }).click();
  await wide.locator(".lane", { hasText: "3" }).first().waitFor();
  assert.deepEqual(new Set(await shown()), new Set(["1", "2", "3"]));
  const thoughts = () => wide.locator(".thought").evaluateAll((paths) => paths.filter((path) => path.getAttribute("d")).length);
  const map = await wide.locator(".minimap svg").boundingBox();
  assert.equal(Math.round(map.height), 36);
  await wide.getByRole("button", { name: "All" }).click();
  const until = () => wide.locator(".minimap p > span").last().innerText();
  const end = await until();
  await wide.mouse.move(map.x + map.width * 0.4, map.y + 9);
  await wide.mouse.down();
  await wide.mouse.move(map.x + map.width * 0.5, map.y + 9, { steps: 3 });
  await wide.mouse.up();
  assert.notEqual(await until(), end);
  await wide.locator(".waterfall").evaluate((element) => element.scrollTo(0, 120 * 26));
  await wide.waitForFunction(() => [...document.querySelectorAll(".thought")].some((path) => path.getAttribute("d")));
  assert.ok((await thoughts()) > 3);
  await assertAccessible("lanes", wide);
  await wide.getByRole("button", { name: "All" }).click();
  assert.equal(await until(), end);
  await wide.context().close();
});

test("pictures for the README", { skip: !SHOTS }, async () => {
  const picture = await open({ viewport: { width: 1280, height: 712 } });
  await picture.goto(`${ADMIN}/#/findings?label=slow%2Fbooks`);
  await picture.locator(".cause a.main").first().click();
  await picture.getByRole("heading", { name: "How to fix it" }).waitFor();
  await picture.screenshot({ path: `${SHOTS}/page-finding.png` });
  await picture.setViewportSize({ width: 1120, height: 640 });
  await picture.goto(`${ADMIN}/#/findings?label=slow%2Fcatalogue`);
  await picture.locator(".cause a.main").first().click();
  await picture.getByRole("link", { name: "Show it as a waterfall" }).click();
  await picture.locator(".row").first().waitFor();
  await picture.screenshot({ path: `${SHOTS}/page-request.png` });
  await picture.context().close();
});

test("no request left the page's own address, and the browser had nothing to complain of", () => {
  const strange = [...asked].filter((url) => !url.startsWith(ADMIN) && !url.startsWith(TOKENED) && !url.startsWith(RESTARTED) && !url.startsWith("data:") && !url.startsWith("file:"));
  assert.ok(asked.size > 10);
  assert.deepEqual(strange, []);
  assert.deepEqual(complaints, []);
});
