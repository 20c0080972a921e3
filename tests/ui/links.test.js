// Stories of the links widget: on the page of a party, and in the page of somebody else.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const CREATE = 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { message } } }';
const REGISTER = 'mutation($input: RegisterSourceRecordsInput!) { registerSourceRecords(input: $input) { results { userErrors { message } } userErrors { message } } }';
const LINKS = 'query($id: ID!) { party(id: $id) { links(includeEnded: true) { isActive method note endReason sourceRecord { system type id } } } }';
const JOB = 'mutation($dryRun: Boolean!) { startAutoLink(input: { dryRun: $dryRun }) { job { id } userErrors { message } } }';
const WIDGET = fileURLToPath(new URL('../../web/party-links', import.meta.url));
const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

stories('links', ({ test, origin, browser }) => {
  const create = async (input) => (await ask(origin(), CREATE, { input: { kind: 'PERSON', ...input } })).createParty.party.id;
  const register = (id, presented) => ask(origin(), REGISTER, { input: { records: [{ system: 'crm', type: 'lead', id, presented }] } });
  const linksOf = async (id) => (await ask(origin(), LINKS, { id })).party.links;

  /** Runs the job that links what is clear and asks about the rest. */
  async function autoLink() {
    for (const dryRun of [true, false]) {
      const { id } = (await ask(origin(), JOB, { dryRun })).startAutoLink.job;
      for (let status = 'RUNNING'; status === 'RUNNING'; await new Promise((resolve) => setTimeout(resolve, 200))) {
        status = (await ask(origin(), '{ matchJobs { id status } }')).matchJobs.find((job) => job.id === id).status;
      }
    }
  }

  /** A page of an engine on another origin, whose server hands requests on to the graph with a token of its own. */
  async function foreignPage() {
    const listener = createServer(async (request, response) => {
      const { pathname } = new URL(request.url, 'http://127.0.0.1');
      if (pathname === '/graphql') {
        const body = Buffer.concat(await request.toArray());
        const answer = await fetch(`${origin()}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf()}` }, body });
        return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      }
      const type = TYPES[extname(pathname)];
      if (!type || pathname.includes('..')) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': type }).end(readFileSync(join(WIDGET, pathname)));
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const stop = () => (listener.closeAllConnections(), listener.close());
    return { address: `http://127.0.0.1:${listener.address().port}`, stop };
  }

  test('a link is added by choosing a record, moved with a reason, and ended with one', async () => {
    const id = await create({ displayName: 'Linda Link' });
    const other = await create({ displayName: 'Ottokar Otherlink' });
    await register('LINDA-1', { displayName: 'Linda Link' });
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${id}`);
    await page.getByText('No links.').waitFor();
    await page.getByRole('button', { name: 'Add a link' }).click();
    await page.getByLabel('Search records without a party').fill('linda');
    await inspect(page, 'links');
    await page.getByRole('button', { name: 'crm / lead / LINDA-1' }).click();
    const record = { system: 'crm', type: 'lead', id: 'LINDA-1' };
    await page.getByRole('button', { name: 'Move the link to crm lead LINDA-1' }).click();
    assert.deepEqual(await linksOf(id), [{ isActive: true, method: 'MANUAL', note: null, endReason: null, sourceRecord: record }]);
    await page.getByLabel('Move to the party').fill('otherlink');
    await page.getByRole('button', { name: /^Ottokar Otherlink/ }).click();
    // Without a reason nothing moves.
    assert.equal((await linksOf(other)).length, 0);
    await page.getByLabel('Reason').fill('It is his lead');
    await page.getByRole('button', { name: /^Ottokar Otherlink/ }).click();
    await page.getByText(`Moved to the party ${other}.`).first().waitFor();
    assert.deepEqual(await linksOf(other), [{ isActive: true, method: 'MANUAL', note: 'It is his lead', endReason: null, sourceRecord: record }]);

    await page.goto(`/admin/parties/${other}`);
    await page.getByRole('button', { name: 'End the link to crm lead LINDA-1' }).click();
    await page.getByLabel('Reason').fill('Another Linda');
    await page.getByRole('button', { name: 'End the link', exact: true }).click();
    await page.getByText('Another Linda').first().waitFor();
    assert.deepEqual(await linksOf(other), [{ isActive: false, method: 'MANUAL', note: 'It is his lead', endReason: 'Another Linda', sourceRecord: record }]);
    await close();
  });

  test('a suggestion that is refused stays refused, and one that is confirmed becomes a link', async () => {
    const id = await create({ givenName: 'Sieglinde', familyName: 'Vorschlagswesen' });
    for (const record of ['REFUSED-1', 'CONFIRMED-1']) await register(record, { givenName: 'Sieglinde', familyName: 'Vorschlagswesen' });
    await autoLink();
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto(`/admin/parties/${id}`);
    await page.getByRole('heading', { name: 'Suggested' }).waitFor();
    await inspect(page, 'links-suggested');
    await page.getByRole('button', { name: 'Refuse crm / lead / REFUSED-1' }).click();
    await page.getByRole('button', { name: 'Refuse crm / lead / REFUSED-1' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Confirm crm / lead / CONFIRMED-1' }).click();
    await page.getByRole('heading', { name: 'Suggested' }).waitFor({ state: 'detached' });
    const confirmed = { system: 'crm', type: 'lead', id: 'CONFIRMED-1' };
    const expected = [{ isActive: true, method: 'SUGGESTED', note: null, endReason: null, sourceRecord: confirmed }];
    assert.deepEqual(await linksOf(id), expected);
    // The job looks at the record again, and asks nobody again.
    await autoLink();
    await page.reload();
    await page.getByText('crm / lead / CONFIRMED-1').waitFor();
    assert.equal(await page.getByRole('heading', { name: 'Suggested' }).count(), 0);
    assert.deepEqual(await linksOf(id), expected);
    await close();
  });

  test('a page of somebody else embeds the widget with its own record, and hears what happens', async (context) => {
    const id = await create({ displayName: 'Fremdine Seitenbau' });
    await register('FOREIGN-1', { displayName: 'Fremdine Seitenbau' });
    const { address, stop } = await foreignPage();
    context.after(stop);
    const { page, close } = await openTab(browser, address);
    await page.goto('/demo/index.html?lead=FOREIGN-1');
    await page.getByLabel('Link to the party').fill('seitenbau');
    await page.getByRole('button', { name: /^Fremdine Seitenbau/ }).click();
    await page.getByText('party-linked: {"system":"crm","type":"lead","id":"FOREIGN-1"}').waitFor();
    assert.equal((await linksOf(id))[0].isActive, true);
    await inspect(page, 'links-foreign');
    // The host may ask in its own way, and is told what goes wrong.
    await page.evaluate(() => {
      const widget = document.querySelector('party-links');
      widget.request = async () => new Response(JSON.stringify({ errors: [{ message: 'Not today.', extensions: { code: 'CLOSED' } }] }));
      return widget.load();
    });
    await page.getByRole('alert').getByText('Not today.').waitFor();
    await page.getByText('error: "Not today."').waitFor();
    await close();
  });

  test('who may not link can only look', async () => {
    const { page, close } = await openTab(browser, origin(), { token: tokenOf('party:read party:steward') });
    await page.goto('/admin/parties/019300ea-ad00-7001-be5a-069934cc0618');
    await page.getByText('crm / lead / 4711').waitFor();
    assert.equal(await page.getByRole('button', { name: /link/ }).count(), 0);
    await close();
  });

  test('the package holds what it says, and needs nothing else', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: WIDGET });
    const files = JSON.parse(stdout)[0].files.map(({ path }) => path);
    for (const file of ['README.md', 'demo/index.html', 'dist/define.js', 'dist/party-links.js', 'dist/custom-elements.json', 'dist/types/party-links.d.ts', 'dist/licenses.md']) assert.ok(files.includes(file), `${file} is not packed`);
    const scripts = files.filter((file) => file.endsWith('.js')).map((file) => readFileSync(join(WIDGET, file), 'utf8'));
    for (const script of scripts) assert.doesNotMatch(script, /(?:from|import)\s*\(?["'](?!\.\/)/, 'a module that is not packed');
    const { modules } = JSON.parse(readFileSync(join(WIDGET, 'dist/custom-elements.json'), 'utf8'));
    const element = modules.flatMap(({ declarations }) => declarations).find(({ tagName }) => tagName === 'party-links');
    assert.deepEqual(element.attributes.map(({ name }) => name).sort(), ['editable', 'endpoint', 'party-id', 'record-id', 'system', 'type']);
    assert.deepEqual(element.events.map(({ name }) => name).sort(), ['error', 'party-linked', 'party-refused', 'party-unlinked']);
    assert.deepEqual(element.cssParts.map(({ name }) => name).sort(), ['button', 'evidence', 'link', 'list', 'pending']);
    assert.deepEqual(element.members.filter(({ kind, privacy }) => kind === 'method' && !privacy).map(({ name }) => name), ['load']);
  });
});
