// What `onetrip exec --report html` and `onetrip report --format html` wrote, opened as a file. test_web.py
// makes the files: FOLDER/{exec,recording,kept,defaults,hostile}.html.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, assertAccessible, close, complaints, launch, open } from "./browser.mjs";

const { FOLDER, SHOTS } = process.env;

async function opened(name, options = {}) {
  const page = await open({ offline: true, ...options });
  await page.goto(`file://${FOLDER}/${name}.html`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

const words = (page) => page.locator("main").innerText();

before(launch);
after(close);

test("the verdict comes first: each problem with its request, test, count and limit; then the findings", async () => {
  const page = await opened("exec");
  await page.getByRole("heading", { name: "A budget is broken", level: 1 }).waitFor();
  await page.getByText("2 errors, 0 warnings and 0 for information in 3 requests of 3 tests, judged by onetrip-budget.toml.").waitFor();
  const rows = await page.locator(".problems tbody tr").allInnerTexts();
  assert.equal(rows.length, 2);
  for (const said of ["author was fetched 20 times", "n-plus-one", "shop::list", "and 1 more place", "shop::short", "20"])
    assert.ok((rows[0] + (await page.locator(".problems details").first().textContent())).includes(said), `${said} in ${rows[0]}`);
  for (const said of ["max_statements", "shop::list", "21", "5", "onetrip-budget.toml:4", "Accept it"]) assert.ok(rows[1].includes(said), `${said} in ${rows[1]}`);
  const accepting = await page.locator(".problems tbody tr").nth(1).locator("pre").textContent();
  assert.ok(accepting.includes("max_statements = 21"), accepting);
  const text = await words(page);
  assert.ok(text.indexOf("What to mend") < text.indexOf("1 cause, 1 finding"));
  assert.ok(!text.includes("NaN") && !text.includes("undefined"), text);
  await assertAccessible("a verdict", page);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/report.png`, fullPage: true });
  await page.context().close();
});

test("from a problem to its finding, its request as a waterfall, and its statement", async () => {
  const page = await opened("exec");
  await page.locator(".problems").getByRole("link", { name: "author was fetched 20 times" }).click();
  await page.getByRole("heading", { name: "1 + 20" }).waitFor();
  await page.getByRole("link", { name: "Show it as a waterfall" }).click();
  await page.locator(".row", { hasText: "SELECT author" }).filter({ hasText: "×20" }).waitFor();
  await page.locator("table").getByRole("link", { name: "SELECT author" }).click();
  await page.getByRole("heading", { name: "Text" }).waitFor();
  await assertAccessible("a statement of a report", page);
  await page.getByRole("link", { name: "Statements" }).first().click();
  await page.getByRole("button", { name: "Calls" }).click();
  await page.getByRole("button", { name: "Calls", pressed: true }).waitFor();
  const calls = (await page.locator("tbody tr td:nth-child(2)").allInnerTexts()).map((text) => Number(text.replace(/\D/g, "")));
  assert.ok(calls.length > 1);
  assert.deepEqual(calls, [...calls].sort((a, b) => b - a));
  await page.context().close();
});

test("the profiles by label and by application are in it", async () => {
  const page = await opened("exec");
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Statements" }).click();
  await page.getByRole("button", { name: "by label" }).click();
  const cells = await page.locator("tbody tr", { hasText: "shop::list" }).locator("td").allInnerTexts();
  assert.deepEqual([cells[1], cells[2], cells[7]], ["1", "21", "21"]);
  await page.getByRole("button", { name: "Calls", exact: true }).click();
  await page.getByRole("button", { name: "Calls", exact: true, pressed: true }).waitFor();
  const calls = (await page.locator("tbody tr td:nth-child(3)").allInnerTexts()).map(Number);
  assert.ok(calls.length > 2);
  assert.deepEqual(calls, [...calls].sort((a, b) => b - a));
  await page.getByRole("button", { name: "by application" }).click();
  await page.getByRole("columnheader", { name: "Application" }).waitFor();
  assert.ok((await page.locator("tbody tr").count()) >= 1);
  await assertAccessible("a profile of a report", page);
  await page.context().close();
});

test("where there was no budget, the defaults judged, and no file is named", async () => {
  const page = await opened("defaults");
  await page.getByText("judged by Onetrip's defaults.").waitFor();
  await page.context().close();
});

test("what needs a live proxy is left out, and says so where a link leads there", async () => {
  const page = await opened("exec");
  assert.deepEqual(await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts(), ["Report", "Requests", "Statements"]);
  await page.keyboard.press("4");
  await page.getByText("This is a report: it holds what one run showed, and no live.").waitFor();
  await page.context().close();
});

test("a recording's report has verdict and findings, and no link that leads nowhere", async () => {
  const page = await opened("recording");
  assert.deepEqual(await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts(), ["Report"]);
  await page.locator(".cause a.main").click();
  await page.getByText("This report does not hold its statements.").waitFor();
  assert.equal(await page.locator("main a[href^='#/window'], main a[href^='#/statement']").count(), 0);
  await assertAccessible("a recording's finding", page);
  await page.context().close();
});

test("a run within its budgets says so", async () => {
  const page = await opened("kept", { colorScheme: "dark" });
  await page.getByRole("heading", { name: "The budgets are kept", level: 1 }).waitFor();
  await page.getByText("Nothing was found.").waitFor();
  await assertAccessible("a kept verdict, dark", page);
  await page.context().close();
});

test("a report is readable on a narrow screen", async () => {
  const page = await opened("exec", { viewport: { width: 360, height: 740 } });
  const { wide, screen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: document.documentElement.clientWidth }));
  assert.ok(wide <= screen, `${wide} wide on ${screen}`);
  await assertAccessible("a verdict, narrow", page);
  await page.context().close();
});

test("whatever texts hold is shown as text", async () => {
  const page = await opened("hostile");
  page.on("dialog", (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  await page.locator(".problems").getByText("<script>alert(1)</script>").first().waitFor();
  assert.equal(await page.locator("script").count(), 2);
  await page.locator(".cause a.main").click();
  await page.getByRole("heading", { name: "How to fix it" }).waitFor();
  assert.ok((await words(page)).includes("<!-- </details></pre></style> &amp; &#0;"));
  await page.context().close();
});

test("no request was made but for the files, and the browser had nothing to complain of", () => {
  assert.equal(asked.size, 5);
  for (const url of asked) assert.match(url, /^file:/);
  assert.deepEqual(complaints, []);
});
