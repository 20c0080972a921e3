// Stories of the revenue dashboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect, openTab } from './browser.js';
import { tokenOf } from './server.js';
import { stories } from './stories.js';

stories('revenue', ({ test, origin, browser, database }) => {
  test('figures equal the sums of the entries, and lead to the parties behind them', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/revenue?from=2026-01-01&to=2026-07-01&currency=EUR');
    const gross = page.locator('.figures .card').filter({ hasText: 'Gross' }).locator('strong');
    await gross.waitFor();
    const sums = await database().rows(
      "SELECT sum(CASE WHEN direction = 'INFLOW' THEN amount_minor ELSE 0 END) AS gross, count(*) AS entries FROM revenue_entry WHERE currency = 'EUR' AND occurred_at >= '2026-01-01' AND occurred_at < '2026-07-01' AND company_id = (SELECT company_id FROM party WHERE primary_email = 'john.doe@example.com')",
    );
    const minor = Number((await gross.textContent()).replaceAll(/[^\d]/g, ''));
    assert.equal(minor, Number(sums[0].gross));
    await page.locator('.figures').getByText(new Intl.NumberFormat('en-GB').format(sums[0].entries), { exact: true }).waitFor();
    await page.locator('.picture svg rect').first().waitFor();
    await inspect(page, 'revenue');
    await page.getByLabel('Channel').selectOption({ label: 'Auction' });
    await page.waitForURL(/channel=auction/);
    const [auction] = await database().rows("SELECT sum(amount_minor) AS gross FROM revenue_entry WHERE channel = 'auction' AND direction = 'INFLOW' AND currency = 'EUR' AND occurred_at >= '2026-01-01' AND occurred_at < '2026-07-01' AND company_id = (SELECT company_id FROM party WHERE primary_email = 'john.doe@example.com')");
    await page.locator('.figures').getByText(new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(Number(auction.gross) / 100)).first().waitFor();
    await page.locator('section').filter({ hasText: 'Top parties' }).getByRole('link').first().click();
    await page.waitForURL(/\/admin\/parties\//);
    await page.getByRole('heading', { name: 'Revenue' }).waitFor();
    await close();
  });

  test('payouts stand below the line, a month leads to the parties and these to their entries, and both are exported exactly', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    const company = "company_id = (SELECT company_id FROM party WHERE primary_email = 'john.doe@example.com')";
    const period = `currency = 'EUR' AND occurred_at >= '2026-01-01' AND occurred_at < '2026-07-01' AND ${company}`;
    await page.goto('/admin/revenue?from=2026-01-01&to=2026-07-01&currency=EUR');
    await page.locator('.picture svg rect').first().waitFor();
    const [zero, lowest] = await page.evaluate(() => {
      const bottoms = [...document.querySelectorAll('.picture [aria-label="bar"] rect')].map((bar) => bar.getBoundingClientRect().bottom);
      return [document.querySelector('.picture [aria-label="rule"] line').getBoundingClientRect().bottom, Math.max(...bottoms)];
    });
    assert.ok(lowest > zero + 1, 'something was paid out');
    const minor = (text) => Number(text.replace('.', ''));
    const sums = await exported('Export CSV');
    const [{ gross, payouts }] = await database().rows(`SELECT sum(CASE WHEN direction = 'INFLOW' THEN amount_minor ELSE 0 END) AS gross, sum(CASE WHEN direction = 'OUTFLOW' THEN amount_minor ELSE 0 END) AS payouts FROM revenue_entry WHERE ${period}`);
    assert.deepEqual([3, 4].map((column) => sums.reduce((sum, cells) => sum + minor(cells[column]), 0)), [Number(gross), Number(payouts)]);

    await page.getByRole('row').filter({ hasText: 'ITAD' }).getByRole('link').first().click();
    await page.waitForURL(/channel=itad/);
    await page.locator('section').filter({ hasText: 'Paid most by us' }).getByRole('link').first().click();
    await page.waitForURL(/\/admin\/parties\//);
    const id = new URL(page.url()).pathname.split('/').at(-1);
    await page.getByRole('button', { name: 'Show the entries' }).click();
    await page.locator('table.entries tbody tr').first().waitFor();
    await inspect(page, 'party-entries');
    const entries = await exported('Export the entries');
    const column = database().env.PARTY_DATABASE_URL.startsWith('sqlite') ? 'lower(hex(party_id))' : "replace(party_id::text, '-', '')";
    const [held] = await database().rows(`SELECT count(*) AS entries, sum(amount_minor) AS amount FROM revenue_entry WHERE ${company} AND ${column} = '${id.replaceAll('-', '')}'`);
    assert.equal(entries.length, Number(held.entries));
    assert.equal(entries.reduce((sum, cells) => sum + minor(cells[3]), 0), Number(held.amount));
    await close();

    /** The rows of a file that a button offers, without its heading. */
    async function exported(button) {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      return readFileSync(await (await download).path(), 'utf8').trim().split('\r\n').slice(1).map((line) => line.split(','));
    }
  });

  test('who may not see money is offered no dashboard', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/');
    await page.getByText('2,000 parties').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Revenue' }).count(), 0);
    await close();
  });
});
