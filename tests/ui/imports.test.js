// Stories of imports: old tables are taken over, and the report tells what became of every row.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, openTab } from './browser.js';
import { COMPANY, runProgram, tokenOf } from './server.js';
import { stories } from './stories.js';

stories('imports', ({ test, origin, browser, database }) => {
  test('an administrator sees what became of every row, and takes the list along', async (context) => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/imports');
    await page.getByText('Nothing was imported yet.').waitFor();
    const folder = mkdtempSync(join(tmpdir(), 'party-import-'));
    context.after(() => rmSync(folder, { recursive: true }));
    const people = Array.from({ length: 120 }, (_, i) => `${i + 1},${COMPANY},Importe ${i + 1},importe${i + 1}@import.example,\n`);
    writeFileSync(join(folder, 'customers.csv'), `id,company_id,name,email,phone\n${people.join('')}900,,Nobody,,\n`);
    await runProgram(database(), ['import', '--from', folder, '--company', COMPANY]);
    await page.reload();
    const run = page.getByRole('region', { name: /^Import of/ });
    await run.getByText('120 created', { exact: true }).waitFor();
    await run.getByText('1 rejected', { exact: true }).waitFor();
    await run.getByRole('row').filter({ hasText: 'No company' }).waitFor();
    await inspect(page, 'imports');

    const exported = async (button) => {
      const download = page.waitForEvent('download');
      await run.getByRole('button', { name: button }).click();
      return readFileSync(await (await download).path(), 'utf8').trim().split('\r\n').slice(1).map((line) => line.split(','));
    };
    const held = await database().rows('SELECT table_name, row_key, outcome FROM import_row');
    const told = (await exported('All rows')).map(([, table, key, outcome]) => `${table} ${key} ${outcome}`);
    assert.deepEqual(told.sort(), held.map((row) => `${row.table_name} ${row.row_key} ${row.outcome}`).sort());
    assert.deepEqual((await exported('Rejected')).map(([, table, key, outcome, reason]) => [table, key, outcome, reason]), [['customers', '900', 'REJECTED', 'NO_COMPANY']]);
    await close();
  });

  test('who is no administrator is offered no imports', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/');
    await page.getByText(/^[\d,]+ parties$/).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Imports' }).count(), 0);
    await close();
  });
});
