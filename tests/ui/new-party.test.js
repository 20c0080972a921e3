// Stories of a new party: who it may be already is told while it is typed.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const CREATE = 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { message } } }';
const NAMES = "SELECT display_name FROM party WHERE family_name = 'Quastenflosser' ORDER BY display_name";

stories('new party', ({ test, origin, browser, database }) => {
  test('duplicates are told with their reasons while one types, and one may go on all the same', async () => {
    const input = { kind: 'PERSON', givenName: 'Rosalinde', familyName: 'Quastenflosser', phone: '030 7654321', email: 'rosalinde@quasten.example' };
    const { id } = (await ask(origin(), CREATE, { input })).createParty.party;
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/');
    await page.getByRole('link', { name: 'New party' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).waitFor();
    await page.getByLabel('Given name').fill('Rosalind');
    await page.getByLabel('Family name').fill('Quastenflosser');
    await page.getByLabel('Phone').fill('030 7654321');
    await page.getByRole('button', { name: 'Create anyway' }).waitFor();
    const known = page.locator('.candidates li');
    assert.match(await known.getByRole('link').getAttribute('href'), new RegExp(id));
    await known.getByText(/^Phone: /).first().waitFor();
    await known.getByText(/ sure$/).first().waitFor();
    await known.getByText('How that adds up').click();
    const bits = await known.locator('[data-bits]').evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.bits)));
    const weight = Number(await known.locator('[data-weight]').getAttribute('data-weight'));
    assert.ok(Math.abs(bits.reduce((sum, part) => sum + part, 0) - weight) < 1e-6, `${bits.join(' + ')} is not ${weight}`);
    await inspect(page, 'new-party');

    // An address that identifies somebody is refused, and nothing that was typed is lost.
    await page.getByLabel('E-mail').fill('rosalinde@quasten.example');
    await page.getByRole('button', { name: 'Create anyway' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'Rosalinde Quastenflosser' }).waitFor();
    assert.equal(await page.getByLabel('Given name').inputValue(), 'Rosalind');
    assert.deepEqual(await database().rows(NAMES), [{ display_name: 'Rosalinde Quastenflosser' }]);
    await page.getByLabel('E-mail').fill('');
    await page.getByText('Roles').click();
    await page.getByRole('checkbox', { name: 'Prospect' }).check();
    await page.getByRole('button', { name: 'Create anyway' }).click();
    await page.getByRole('heading', { name: 'Rosalind Quastenflosser' }).waitFor();
    await page.locator('section').filter({ hasText: 'Roles' }).getByText('Prospect').first().waitFor();
    assert.deepEqual(await database().rows(NAMES), [{ display_name: 'Rosalind Quastenflosser' }, { display_name: 'Rosalinde Quastenflosser' }]);
    await close();
  });

  test('who may not write is offered nothing new', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/');
    await page.getByText(/^[\d,]+ parties$/).waitFor();
    assert.equal(await page.getByRole('link', { name: 'New party' }).count(), 0);
    await close();
  });
});
