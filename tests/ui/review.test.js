// Stories of the review queue: what stewards see, decide by key, take back, and that no two of them work on the same task.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ALL_SCOPES, ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const FIND = 'mutation($input: FindOrCreatePartyInput!) { findOrCreateParty(input: $input) { party { id } reviewTaskId userErrors { message } } }';
const TASK = 'query($id: ID!) { matchTask(id: $id) { status decision reason leasedBy } }';
const PARTY = 'query($id: ID!) { party(id: $id) { id distinctAssertions { author reason } } }';

stories('review', ({ test, origin, browser }) => {
  /** Brings in somebody, and somebody much like that: both parties, and the task that asks whether they are one. */
  async function doubt(family, one = {}, other = {}) {
    const bring = async (more) => (await ask(origin(), FIND, { input: { givenName: 'Theodora', familyName: family, ...more } })).findOrCreateParty;
    const there = (await bring(one)).party.id;
    const { party, reviewTaskId } = await bring(other);
    assert.ok(reviewTaskId, `nobody doubts that ${family} is somebody new`);
    return { there, added: party.id, task: reviewTaskId };
  }

  const taskOf = async (id) => (await ask(origin(), TASK, { id })).matchTask;
  const partyOf = async (id) => (await ask(origin(), PARTY, { id })).party;

  test('a steward looks at two parties, decides by key that they are one, and takes it back', async () => {
    const { there, added, task } = await doubt('Zwingenberger', { email: 'theo@one.example' }, { email: 'theodora@two.example' });
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/review');
    await page.getByRole('row').filter({ hasText: 'Theodora Zwingenberger' }).first().waitFor();
    await inspect(page, 'review-list');
    await page.getByRole('link', { name: 'Theodora Zwingenberger' }).first().click();
    await page.getByText(/^Yours until/).waitFor();
    await page.getByRole('row', { name: /^Given name equal/ }).waitFor();
    await page.getByRole('row', { name: /^E-mail (similar|contradicts)/ }).waitFor();
    await inspect(page, 'review-task');

    const bits = await page.locator('[data-bits]').evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.bits)));
    const weight = Number(await page.locator('[data-weight]').getAttribute('data-weight'));
    assert.ok(bits.length >= 3, 'the prior and at least two comparisons');
    assert.ok(Math.abs(bits.reduce((sum, part) => sum + part, 0) - weight) < 1e-6, `${bits.join(' + ')} is not ${weight}`);

    await page.getByLabel('Reason').fill('Same desk');
    // A key that is typed into a text decides nothing.
    await page.keyboard.type('suds');
    assert.equal((await taskOf(task)).status, 'LEASED');
    await page.getByRole('heading', { name: 'Side by side' }).click();
    await page.keyboard.press('s');
    await page.getByRole('button', { name: /^Undo “Same”/ }).waitFor();
    assert.deepEqual(await taskOf(task), { status: 'DECIDED', decision: 'SAME', reason: 'Same desksuds', leasedBy: null });
    assert.equal((await partyOf(added)).id, there);

    await page.keyboard.press('z');
    await page.waitForURL(`**/admin/review/${task}`);
    await page.getByText(/^Yours until/).waitFor();
    assert.equal((await partyOf(added)).id, added);
    await page.keyboard.press('d');
    await page.getByRole('button', { name: /^Undo “Different”/ }).waitFor();
    assert.deepEqual((await partyOf(added)).distinctAssertions, [{ author: 'maria.keller', reason: null }]);
    await page.goto('/admin/review?status=decided');
    await page.getByRole('row').filter({ hasText: 'Theodora Zwingenberger' }).getByText('Different').waitFor();
    await close();
  });

  test('two stewards on one queue never get the same task', async () => {
    const tasks = [await doubt('Yorckenhöfer'), await doubt('Yppenbüttel')].map(({ task }) => task);
    const tabs = [];
    for (const name of ['ada.one', 'bea.two']) {
      const tab = await openTab(browser, origin(), { token: tokenOf(ALL_SCOPES, name) });
      await tab.page.goto(`/admin/review/${tasks[0]}`);
      tabs.push(tab);
      await tab.page.getByText(name === 'ada.one' ? /^Yours until/ : 'Somebody else works on this task').waitFor();
    }
    const [ada, bea] = tabs.map(({ page }) => page);
    assert.equal(await bea.getByRole('button', { name: /^(Same|Different|Unsure)/ }).count(), 0);
    await bea.keyboard.press('s');
    await bea.getByRole('button', { name: /^Next task/ }).click();
    await bea.waitForURL((url) => url.pathname.startsWith('/admin/review/') && !url.pathname.endsWith(tasks[0]));
    await bea.getByText(/^Yours until/).waitFor();
    assert.deepEqual(await taskOf(tasks[0]), { status: 'LEASED', decision: null, reason: null, leasedBy: 'ada.one' });
    // What is skipped is given back: the other one may take it at once.
    const skipped = new URL(bea.url()).pathname.split('/').at(-1);
    await bea.getByRole('button', { name: /^Skip/ }).click();
    await bea.waitForURL((url) => !url.pathname.endsWith(skipped));
    await ada.waitForTimeout(1_100);
    await ada.goto(`/admin/review/${skipped}`);
    await ada.getByText(/^Yours until/).waitFor();
    await ada.keyboard.press('u');
    await ada.getByRole('button', { name: /^Undo “Unsure”/ }).waitFor();
    assert.equal((await taskOf(skipped)).decision, 'UNSURE');
    for (const { close } of tabs) await close();
  });

  test('who may not see personal data sees no evidence, and long texts fit', async () => {
    const { task } = await doubt('Xanthopoulos-Papadiamantopoulos', { address: { line1: `Straße ${'der langen Namen '.repeat(8).trim()} 1`, city: 'Köln' } });
    const { page, close } = await openTab(browser, origin(), { token: tokenOf(), width: 390 });
    await page.goto(`/admin/review/${task}`);
    await page.getByText(/^Yours until/).waitFor();
    await inspect(page, 'review-narrow');
    await close();
    const blind = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await blind.page.goto(`/admin/review/${task}`);
    await blind.page.getByText('Somebody else works on this task').or(blind.page.getByText(/^Yours until/)).waitFor();
    await blind.page.getByTitle('Needs the scope party:pii').first().waitFor();
    assert.equal(await blind.page.getByText('der langen Namen').count(), 0);
    await blind.close();
  });
});
