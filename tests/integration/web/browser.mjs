// A browser whose every request and complaint is noted, and accessibility's rules.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const patience = 20_000; // for what others do in their own time
let browser;
export const asked = new Set(); // every address that a page asked for
export const complaints = [];

export async function launch() {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export const close = () => browser.close();

export async function open(options = {}) {
  const made = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: "light", ...options });
  made.setDefaultTimeout(patience);
  const fresh = await made.newPage();
  fresh.on("request", (request) => asked.add(request.url()));
  fresh.on("pageerror", (error) => complaints.push(error.message));
  fresh.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return fresh;
}

/** Accessibility's rules hold of what is shown now. */
export async function assertAccessible(what, of) {
  // The browser's own console, past the page's policy: what axe is given is run, nothing is loaded.
  const session = await of.context().newCDPSession(of);
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    assert.equal(exceptionDetails, undefined, `axe failed on ${what}`);
    return result.value;
  };
  await run(`${axe};0`);
  const found = await run(`axe.run(document, { resultTypes: ["violations"] }).then((said) =>
    said.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html + " " + node.failureSummary).join(" | ")))`);
  await session.detach();
  assert.deepEqual(found, [], what);
}
