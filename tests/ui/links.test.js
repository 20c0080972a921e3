// Stories of the links widget on the page of a party.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const CREATE = 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { message } } }';
const REGISTER = 'mutation($input: RegisterSourceRecordsInput!) { registerSourceRecords(input: $input) { userErrors { message } } }';
const LINKS = 'query($id: ID!) { party(id: $id) { links(includeEnded: true) { isActive method endReason sourceRecord { system type id } } } }';

stories('links', ({ test, origin, browser }) => {
  test('a link is added by choosing a record, and ended with a reason', async () => {
    const { id } = (await ask(origin(), CREATE, { input: { kind: 'PERSON', displayName: 'Linda Link' } })).createParty.party;
    await ask(origin(), REGISTER, { input: { records: [{ system: 'crm', type: 'lead', id: 'LINDA-1', presented: { displayName: 'Linda Link' } }] } });
    const links = async () => (await ask(origin(), LINKS, { id })).party.links;
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${id}`);
    await page.getByText('No links.').waitFor();
    await page.getByRole('button', { name: 'Add a link' }).click();
    await page.getByLabel('Search records without a party').fill('linda');
    await inspect(page, 'links');
    await page.getByRole('button', { name: 'crm / lead / LINDA-1' }).click();
    await page.getByRole('button', { name: 'End the link to crm lead LINDA-1' }).click();
    const record = { system: 'crm', type: 'lead', id: 'LINDA-1' };
    assert.deepEqual(await links(), [{ isActive: true, method: 'MANUAL', endReason: null, sourceRecord: record }]);
    await page.getByLabel('Reason').fill('Another Linda');
    await page.getByRole('button', { name: 'End the link', exact: true }).click();
    await page.getByText('Another Linda').first().waitFor();
    assert.deepEqual(await links(), [{ isActive: false, method: 'MANUAL', endReason: 'Another Linda', sourceRecord: record }]);
    await close();
  });

  test('who may not link can only look', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/parties/019300ea-ad00-7001-be5a-069934cc0618');
    await page.getByText('crm / lead / 4711').waitFor();
    assert.equal(await page.getByRole('button', { name: /link/ }).count(), 0);
    await close();
  });
});
