// Stories of the Party Directory.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inspect, openTab } from './browser.js';
import { tokenOf } from './server.js';
import { stories } from './stories.js';

const names = (page) => page.locator('td.name a').allTextContents();

stories('directory', ({ test, origin, browser, database }) => {
  test('somebody without a token signs in by pasting one', async () => {
    const { page, close } = await openTab(browser, origin());
    await page.goto('/admin/');
    await inspect(page, 'sign-in');
    await page.getByLabel('Bearer token').fill('nonsense');
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByText('This is not a JWT').waitFor();
    await page.getByLabel('Bearer token').fill(`Bearer ${tokenOf()}`);
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByText('2,000 parties').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await close();
  });

  test('a person is found with a typo, as one types', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/');
    await page.getByText('2,000 parties').waitFor();
    await inspect(page, 'directory');
    await page.keyboard.press('/');
    await page.keyboard.type('jonh doe', { delay: 20 });
    await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('q'), 'jonh doe');
    await page.reload();
    await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
    const row = page.getByRole('row').filter({ hasText: 'john.doe@example.com' });
    for (const engine of ['crm', 'sales', 'itad', 'auction', 'website']) await row.getByText(engine, { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Search' }).or(page.getByRole('searchbox', { name: 'Search' })).fill('qqqqxxxx');
    await page.getByText('Nobody was found.').waitFor();
    await inspect(page, 'directory-nobody');
    await close();
  });

  test('facets narrow the list, and pages are walked by keyboard, each with an address', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/');
    await page.getByRole('checkbox', { name: /^Organization/ }).check();
    const [{ organizations }] = await database().rows("SELECT count(*) AS organizations FROM party WHERE kind = 'ORGANIZATION' AND status IN ('ACTIVE', 'INACTIVE') AND name_key IS NOT NULL AND company_id = (SELECT company_id FROM party WHERE primary_email = 'john.doe@example.com')");
    await page.getByText(`${organizations} parties`, { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: /^Auction buyer/ }).check();
    await page.waitForURL(/kind=ORGANIZATION&role=auction_buyer/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('role'));
    await page.getByText(`${organizations} parties`, { exact: true }).waitFor();
    const first = await names(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/after=/);
    await page.waitForFunction((name) => document.querySelector('td.name a')?.textContent !== name, first[0]);
    const second = await names(page);
    assert.equal(first.length, 50);
    assert.ok(!second.some((name) => first.includes(name)));
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.waitForFunction((name) => document.querySelector('td.name a')?.textContent === name, first[0]);
    await page.locator('td.name a').first().focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), first[1]);
    await close();
  });

  test('the export holds what the database holds', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/?kind=PERSON&role=prospect');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\r\n');
    const rows = await database().rows("SELECT p.display_name, p.primary_email FROM party p WHERE p.kind = 'PERSON' AND p.status IN ('ACTIVE', 'INACTIVE') AND p.company_id = (SELECT company_id FROM party WHERE primary_email = 'john.doe@example.com') AND EXISTS (SELECT 1 FROM party_role r WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.role_code = 'prospect' AND r.valid_to IS NULL)");
    assert.equal(lines.length - 1, rows.length);
    for (const { display_name: name, primary_email: email } of rows) {
      assert.ok(lines.some((line) => line.includes(name) && line.includes(email ?? '')), `${name} ${email}`);
    }
    await close();
  });

  test('who may not see personal data or money sees neither, and who is no steward sees nothing', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/?q=john+doe');
    await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
    assert.equal(await page.getByText('john.doe@example.com').count(), 0);
    assert.ok((await page.getByTitle('Needs the scope party:pii').count()) > 0);
    assert.ok((await page.getByTitle('Needs the scope revenue:read').count()) > 0);
    await close();
    const reader = await openTab(browser, origin(), { token: tokenOf('party:read') });
    await reader.page.goto('/admin/');
    await reader.page.getByRole('heading', { name: 'Not for your token' }).waitFor();
    await inspect(reader.page, 'not-allowed');
    await reader.close();
  });

  test('the first view is small', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    const sizes = [];
    page.on('response', async (response) => response.url().endsWith('.js') && sizes.push(response.body()));
    await page.goto('/admin/');
    await page.getByText('2,000 parties').waitFor();
    const { gzipSync } = await import('node:zlib');
    const bytes = (await Promise.all(sizes)).reduce((sum, body) => sum + gzipSync(body).length, 0);
    assert.ok(bytes > 10_000 && bytes <= 250 * 1024, `${bytes} bytes of JavaScript`);
    await close();
  });
});
