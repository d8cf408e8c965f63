// The page of `mtlint report` in a real browser: report.mjs FOLDER [FOLDER FOR PICTURES].
// FOLDER holds one.html (the seed), many.html (all fixtures) and hostile.html; run.sh makes them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [folder, pictures] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "mtlint-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

/** Opens a page; whatever it complains about or asks for ends the test. */
async function open(name, { scheme = "light", width = 1280, height = 900 } = {}) {
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", (dialog) => trouble.push(`a dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => request.url().startsWith("file:") || trouble.push(`asks for ${request.url()}`));
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height });
  await page.goto(pathToFileURL(join(folder, name)).href);
  return { page, trouble };
}

/** Serious and critical faults of accessibility. */
async function faults(page) {
  // The page's policy lets no script in, so the checker runs beside it, in the debugger's own context.
  const { violations } = await page.evaluate(`(() => { ${axe}; return axe.run(document, { resultTypes: ["violations"] }); })()`);
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.length}, such as ${nodes[0].html} ${nodes[0].failureSummary}`);
}

const shown = (page, selector) => page.locator(`${selector}:not(.off)`).count();
const focused = (page) => page.evaluate(() => document.activeElement?.dataset.f ?? null);

const tests = {
  async "marks, remarks and tables are there"() {
    const { page, trouble } = await open("one.html");
    const notes = await page.locator(".note").count();
    assert.ok(notes > 80, `${notes} remarks`);
    assert.equal(await page.locator("a.ref").count(), notes, "each remark has its number in the text");
    assert.ok((await page.locator("mark[data-f]").count()) >= notes, "and its mark");
    assert.ok((await page.locator("table.rules tbody tr").count()) > 20);
    assert.ok((await page.locator("svg.cluster rect.fe").count()) > 3);
    assert.equal(await page.locator("[id]").evaluateAll((all) => new Set(all.map((e) => e.id)).size - all.length), 0);
    // Beside the paragraph on a wide page, below it on a narrow one.
    const place = () => page.evaluate(() => {
      const note = document.querySelector(".notes"), text = note.parentElement.querySelector(".text");
      return note.getBoundingClientRect().left >= text.getBoundingClientRect().right ? "beside" : "below";
    });
    assert.equal(await place(), "beside");
    await page.setViewportSize({ width: 390, height: 800 });
    assert.equal(await place(), "below");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} px too wide for a telephone`);
    assert.deepEqual(trouble, []);
  },

  async "keys go from remark to remark"() {
    const { page, trouble } = await open("one.html");
    for (const [key, place] of [["n", "1.1"], ["n", "1.2"], ["j", "1.3"], ["p", "1.2"], ["k", "1.1"], ["k", "1.1"]]) {
      await page.keyboard.press(key);
      assert.equal(await focused(page), place, key);
    }
    assert.match(await page.locator("#status").textContent(), /first remark/);
    assert.equal(await page.locator(".note.now").getAttribute("data-f"), "1.1");
    assert.ok(await page.evaluate(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    }), "it is in sight");
    await page.keyboard.press("Enter");
    assert.match(page.url(), /#a1n1$/, "its number leads to the remark");
    await page.locator("#which > summary").click();
    await page.locator("#keys").uncheck();
    await page.keyboard.press("n");
    assert.notEqual(await focused(page), "1.2", "keys can be switched off");
    assert.deepEqual(trouble, []);
  },

  async "filters hide and show"() {
    const { page, trouble } = await open("one.html");
    const all = await page.locator(".note").count();
    await page.locator("#which > summary").focus();
    await page.keyboard.press("Enter");
    const box = (filter, value) => page.locator(`[data-filter="${filter}"][value="${value}"]`);
    await box("s", "i").focus();
    await page.keyboard.press("Space");
    const info = await page.locator('.note[data-s="i"]').count();
    assert.ok(info > 0);
    assert.equal(await shown(page, ".note"), all - info);
    assert.equal(await shown(page, "a.ref"), all - info);
    assert.equal(await page.locator("#status").textContent(), `${all - info} of ${all} remarks`);
    await box("k", "L").uncheck();
    assert.equal(await page.locator('.note[data-k="L"]:not(.off)').count(), 0);
    await page.locator('[data-all="false"]').click();
    assert.equal(await shown(page, ".note"), 0);
    await page.locator('[data-all="true"]').click();
    await box("s", "i").check();
    await box("k", "L").check();
    assert.equal(await shown(page, ".note"), all);
    const rule = page.locator('[data-filter="r"]').first();
    const number = await rule.inputValue();
    await rule.uncheck();
    assert.equal(await shown(page, ".note"), all - await page.locator(`.note[data-r="${number}"]`).count());
    await page.locator("#reasons").uncheck();
    assert.equal(await page.locator(".why").first().isVisible(), false);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#which").getAttribute("open"), null);
    assert.deepEqual(trouble, []);
  },

  async "before and after, word by word"() {
    const { page, trouble } = await open("one.html");
    await page.locator(".changes > summary").click();
    assert.ok((await page.locator(".side del").count()) > 20);
    assert.ok((await page.locator(".side ins").count()) > 20);
    assert.deepEqual(trouble, []);
  },

  async "many texts: an index, folded texts, links that open them"() {
    const { page, trouble } = await open("many.html");
    const rows = await page.locator("#where-files tbody tr").count();
    assert.ok(rows > 20);
    assert.equal(await page.locator("#where-files svg.strip").count(), rows);
    assert.equal(await page.locator("details.article[open]").count(), 0);
    await page.locator("table.rules .places a").first().click();
    assert.equal(await page.locator("details.article[open]").count(), 1);
    await page.keyboard.press("n");
    assert.ok(await page.evaluate(() => document.activeElement.checkVisibility()));
    const rates = () => page.locator("#where-files tbody tr").evaluateAll((all) => all.map((row) => Number(row.dataset.rate)));
    const before = await rates();
    await page.locator("select").selectOption("rate");
    assert.deepEqual(await rates(), [...before].sort((a, b) => b - a));
    await page.locator("select").selectOption("path");
    assert.deepEqual(await rates(), before);
    assert.deepEqual(trouble, []);
  },

  async "a hostile text runs nothing"() {
    const { page, trouble } = await open("hostile.html");
    assert.ok((await page.locator(".note").count()) >= 4, "its faults are found");
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("img, iframe, object, embed, link, form[action], [onclick], [onload], [onerror]").count(), 0);
    assert.equal(await page.locator('a[href]:not([href^="#"])').count(), 0);
    assert.ok((await page.locator("body").innerText()).includes("<script>alert("), "it is shown as it is");
    // What got past the escaping would still be stopped by the policy.
    const refused = await page.evaluate(() => new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      setTimeout(() => resolve("nothing refused it"), 1000);
    }));
    assert.match(refused, /^script-src/);
    assert.equal(await page.evaluate(() => window.ran), undefined);
    const own = trouble.filter((text) => !text.includes("Content Security Policy"));
    assert.deepEqual(own, []);
  },
};

for (const scheme of ["light", "dark"]) {
  for (const [width, name] of [[1280, "one.html"], [390, "one.html"], [1280, "many.html"]]) {
    tests[`accessible: ${name}, ${scheme}, ${width} px`] = async () => {
      const { page, trouble } = await open(name, { scheme, width });
      await page.evaluate(() => {
        for (const details of [...document.querySelectorAll("details")].slice(0, 6)) details.open = true;
      });
      assert.deepEqual(await faults(page), []);
      assert.deepEqual(trouble, []);
    };
  }
}

/** Pictures for the documentation. */
async function draw() {
  const shots = [
    ["report-wide", { width: 1180, height: 860 }], ["report-dark", { width: 1180, height: 860, scheme: "dark" }],
    ["report-phone", { width: 390, height: 844 }],
  ];
  for (const [name, size] of shots) {
    const { page } = await open("one.html", size);
    await page.screenshot({ path: join(pictures, `${name}-top.png`) });
    for (let i = 0; i < 12; i += 1) await page.keyboard.press("n");
    await page.screenshot({ path: join(pictures, `${name}.png`) });
    await page.close();
  }
  const { page } = await open("one.html", { width: 1180, height: 860 });
  await page.locator(".changes > summary").click();
  await page.locator(".changes").scrollIntoViewIfNeeded();
  await page.locator(".changes").evaluate((changes) => changes.scrollIntoView());
  await page.screenshot({ path: join(pictures, "report-changes.png") });
  await page.evaluate(() => (location.hash = "rules"));
  await page.screenshot({ path: join(pictures, "report-rules.png") });
  await page.evaluate(() => { document.querySelector(".changes").open = false; });
  await page.pdf({ path: join(pictures, "report.pdf"), format: "A4", preferCSSPageSize: true });
  const many = await open("many.html", { width: 1180, height: 860 });
  await many.page.screenshot({ path: join(pictures, "report-many.png") });
  const hostile = await open("hostile.html", { width: 1180, height: 860 });
  await hostile.page.locator("#texts").evaluate((texts) => texts.scrollIntoView());
  await hostile.page.screenshot({ path: join(pictures, "report-hostile.png") });
}

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.message}`);
  }
  for (const page of context.pages().slice(1)) await page.close();
}
if (pictures) await draw();
await context.close();
rmSync(profile, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
