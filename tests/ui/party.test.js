// Stories of the page of a party.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const JOHN = '019300ea-ad00-7001-be5a-069934cc0618';

const created = async (origin, name) =>
  (await ask(origin, 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id version } userErrors { message } } }', { input: { kind: 'PERSON', displayName: name } })).createParty.party;

stories('party', ({ test, origin, browser, stop, restart }) => {
  test('John Doe is shown with all that is known of him', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/?q=john+doe');
    await page.getByRole('link', { name: 'John Doe', exact: true }).click();
    await page.getByRole('heading', { name: 'John Doe' }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/admin/parties/${JOHN}`);
    await page.getByText('john.doe@example.com').first().waitFor();
    for (const amount of ['€3,124.90', '€210.50', '€2,914.40']) await page.getByRole('cell', { name: amount }).first().waitFor();
    await page.getByText('Role made primary').waitFor();
    await inspect(page, 'party');
    await page.goBack();
    await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
    await close();
  });

  test('two tabs with a stale version: a clear message, and nothing is lost', async () => {
    const { id, version } = await created(origin(), 'Two Tabs');
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${id}`);
    await page.getByRole('button', { name: 'Change names' }).click();
    await page.getByLabel('Display name').fill('Mine');
    const theirs = { input: { partyId: id, expectedVersion: version, displayName: 'Theirs' } };
    await ask(origin(), 'mutation($input: UpdatePartyInput!) { updateParty(input: $input) { party { id } userErrors { message } } }', theirs);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else changed this party in the meantime').waitFor();
    assert.equal(await page.getByLabel('Display name').inputValue(), 'Mine');
    const shown = async () => (await ask(origin(), 'query($id: ID!) { party(id: $id) { displayName } }', { id })).party.displayName;
    assert.equal(await shown(), 'Theirs');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    assert.equal(await shown(), 'Mine');
    await page.getByText('Theirs → Mine').waitFor();
    await close();
  });

  test('a mailbox of several parties says of how many, and roles stand on an axis of time', async () => {
    const add = 'mutation($input: AddContactPointInput!) { addContactPoint(input: $input) { userErrors { message } } }';
    const ids = [];
    for (const name of ['Desk One', 'Desk Two', 'Desk Three']) {
      const { id } = await created(origin(), name);
      ids.push(id);
      await ask(origin(), add, { input: { partyId: id, kind: 'EMAIL', value: 'frontdesk@shared.example', isShared: true } });
    }
    for (const [field, input] of [['assignRole', { role: 'prospect' }], ['assignRole', { role: 'reseller' }], ['endRole', { role: 'prospect', reason: 'Bought elsewhere' }]]) {
      const type = field === 'assignRole' ? 'AssignRoleInput' : 'EndRoleInput';
      await ask(origin(), `mutation($input: ${type}!) { ${field}(input: $input) { userErrors { message } } }`, { input: { partyId: ids[0], ...input } });
    }
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${ids[0]}`);
    const roles = page.locator('.roles li');
    await roles.filter({ hasText: 'Reseller' }).getByText(/– now$/).waitFor();
    await roles.filter({ hasText: 'Prospect' }).getByText('Bought elsewhere').waitFor();
    assert.equal(await roles.locator('svg rect').count(), 2);
    await inspect(page, 'party-shared');
    await page.getByRole('link', { name: 'Shared by 3 parties' }).click();
    await page.getByText('3 parties found').waitFor();
    await close();
  });

  test('long and right-to-left names fit, and an unknown id has a page that says so', async () => {
    const { id } = await created(origin(), `محمد ${'عبد الرحمن '.repeat(15).trim()}`);
    const { page, close } = await openTab(browser, origin(), { token: tokenOf(), width: 390 });
    await page.goto(`/admin/parties/${id}`);
    await page.getByRole('heading', { name: /محمد/ }).waitFor();
    await inspect(page, 'party-long-name');
    await page.goto('/admin/parties/01930000-0000-7000-8000-00000000dead');
    await page.getByRole('heading', { name: 'There is no such party' }).waitFor();
    await close();
  });

  test('the server stops in mid-use: a banner, then everything goes on', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf(), expected: /ERR_CONNECTION_REFUSED|Failed to load resource/ });
    await page.goto('/admin/?q=john+doe');
    await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
    await stop();
    await page.getByRole('checkbox', { name: /^Person/ }).check();
    await page.getByText('it is asked again every moment').waitFor();
    assert.equal(await page.getByRole('link', { name: 'John Doe', exact: true }).count(), 1);
    await restart();
    await page.getByText('it is asked again every moment').waitFor({ state: 'detached' });
    await page.getByText(/^\d+ part(y|ies) found/).waitFor();
    await close();
  });
});
