// Debian's Chromium, and what holds on every screen: no error in the console, nothing that the policy refuses, nothing that axe finds.
import assert from 'node:assert/strict';
import { readFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Where pictures of the screens go, for people who look at them; nowhere when it is not set. */
const PICTURES = process.env.PARTY_UI_PICTURES;

/** Starts the browser. */
export function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A tab of somebody with a token, if any. `complaints` are the errors of the console. */
export async function openTab(browser, origin, { token, width = 1440, height = 900, expected = /$^/ } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', timezoneId: 'UTC', baseURL: origin });
  // Nothing comes from elsewhere: the pages work without the internet.
  await context.route((url) => url.hostname !== '127.0.0.1' && url.protocol.startsWith('http'), (route) => route.abort());
  // The policy of the pages is not lifted for axe: it is put into the page by the debugger.
  if (token) await context.addInitScript((text) => sessionStorage.setItem('party.token', text), token);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && message.location().url.startsWith(origin) && !expected.test(message.text()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  const close = async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  };
  return { page, close };
}

/** Checks a screen with axe in light and dark, and takes its picture wide and narrow. */
export async function inspect(page, name) {
  for (const theme of ['light', 'dark']) {
    await page.evaluate((dark) => {
      document.documentElement.classList.toggle('wa-dark', dark);
      document.documentElement.classList.toggle('wa-light', !dark);
    }, theme === 'dark');
    await page.waitForTimeout(300);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.failureSummary})`).join('; ')}`);
    assert.deepEqual(found, [], `axe on ${name}, ${theme}`);
    if (PICTURES) await pictures(page, `${name}-${theme}`);
  }
  await fits(page, name);
}

/** Nothing sticks out of the window, be it wide or that of a phone. */
async function fits(page, name) {
  const before = page.viewportSize();
  for (const width of [before.width, 390]) {
    await page.setViewportSize({ ...before, width });
    const scroll = await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(document.documentElement.scrollWidth))));
    assert.ok(scroll <= width, `${name} is ${scroll} pixels wide in a window of ${width}`);
  }
  await page.setViewportSize(before);
}

async function pictures(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  const before = page.viewportSize();
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
}
