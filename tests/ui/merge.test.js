// Stories of merging: two records of one person become one, and two again.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const CREATE = 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { message } } }';

stories('merge', ({ test, origin, browser }) => {
  test('a steward merges two parties, chooses a value, and takes the merge back', async () => {
    const create = async (input) => (await ask(origin(), CREATE, { input: { kind: 'PERSON', ...input } })).createParty.party.id;
    const one = await create({ displayName: 'Quirina Zweifel', email: 'quirina@one.example', roles: ['prospect'] });
    const other = await create({ displayName: 'Quirina Zweifell', email: 'quirina@two.example', roles: ['end_user'] });
    const party = async (id) => (await ask(origin(), 'query($id: ID!) { party(id: $id) { canonicalId displayName primaryEmail } }', { id })).party;

    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${one}`);
    await page.getByRole('link', { name: 'Merge with another party' }).click();
    await page.getByText('A merge needs two parties.').waitFor();
    await page.getByLabel('Add a party').fill('zweifell');
    await page.getByRole('button', { name: /^Quirina Zweifell / }).click();
    await page.getByText('Suggested: it is the oldest').waitFor();
    await page.getByText('by the rule').first().waitFor();
    assert.ok(await page.getByRole('radio', { name: 'quirina@two.example', exact: true }).isChecked(), 'the rules choose the later address');
    await page.getByRole('radio', { name: 'quirina@one.example', exact: true }).check();
    await page.getByText('your choice').waitFor();
    await page.getByRole('button', { name: 'Reset to the rules' }).click();
    await page.getByText('your choice').waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: 'quirina@one.example', exact: true }).check();
    await page.getByText('your choice').waitFor();
    await inspect(page, 'merge');
    await page.getByLabel('Reason').fill('The same person, says she.');
    await page.getByRole('button', { name: 'Merge 2 parties' }).click();
    await page.waitForURL(/\/admin\/merges\//);
    await page.getByText('The same person, says she.').waitFor();
    await inspect(page, 'merge-page');
    assert.deepEqual(await party(other), { canonicalId: one, displayName: 'Quirina Zweifel', primaryEmail: 'quirina@one.example' });

    await page.getByRole('link', { name: other }).click();
    await page.getByText('was merged into this party').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Undo the merge' }).click();
    await page.getByRole('heading', { name: 'Taken back' }).waitFor();
    assert.deepEqual(await party(one), { canonicalId: one, displayName: 'Quirina Zweifel', primaryEmail: 'quirina@one.example' });
    assert.deepEqual(await party(other), { canonicalId: other, displayName: 'Quirina Zweifell', primaryEmail: 'quirina@two.example' });
    await close();
  });

  test('parties that cannot be merged are told so before anything is asked', async () => {
    const create = async (kind) => (await ask(origin(), CREATE, { input: { kind, displayName: `Xaver ${kind}` } })).createParty.party.id;
    const [person, firm] = [await create('PERSON'), await create('ORGANIZATION')];
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/merge?party=${person}&party=${firm}`);
    await page.getByText('These parties cannot be merged.').waitFor();
    assert.equal(await page.getByRole('button', { name: /^Merge/ }).count(), 0);
    await close();
  });
});
