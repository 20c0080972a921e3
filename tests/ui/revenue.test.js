// Stories of the revenue dashboard.
import assert from 'node:assert/strict';
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

  test('who may not see money is offered no dashboard', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/');
    await page.getByText('2,000 parties').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Revenue' }).count(), 0);
    await close();
  });
});
