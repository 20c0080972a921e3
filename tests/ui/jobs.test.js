// Stories of the job that links records by itself.
import assert from 'node:assert/strict';
import { inspect, openTab } from './browser.js';
import { ask, tokenOf } from './server.js';
import { stories } from './stories.js';

const CREATE = 'mutation($input: CreatePartyInput!) { createParty(input: $input) { party { id } userErrors { message } } }';
const REGISTER = 'mutation($input: RegisterSourceRecordsInput!) { registerSourceRecords(input: $input) { userErrors { message } } }';
const LINKS = 'query($id: ID!) { party(id: $id) { links { method } } }';

stories('jobs', ({ test, origin, browser, database }) => {
  test('a dry run links nothing, the job links what is clear, and is taken back', async () => {
    const person = { givenName: 'Walpurga', familyName: 'Automatisch', phone: '030 5550123', email: 'walpurga@automatisch.example' };
    const { id } = (await ask(origin(), CREATE, { input: { kind: 'PERSON', ...person } })).createParty.party;
    await ask(origin(), REGISTER, { input: { records: [{ system: 'crm', type: 'lead', id: 'WALPURGA-1', presented: person }] } });
    const methods = async () => (await ask(origin(), LINKS, { id })).party.links.map(({ method }) => method);
    const { page, close } = await openTab(browser, origin(), { token: tokenOf() });
    await page.goto('/admin/jobs');
    await page.getByText('No job ran yet.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Link what is clear' }).isDisabled(), 'nobody saw yet what it would do');
    await page.getByRole('button', { name: 'Dry run' }).click();
    const dry = page.getByRole('region', { name: /^Dry run of/ });
    await dry.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await methods(), []);

    await page.getByRole('button', { name: 'Link what is clear' }).click();
    const job = page.getByRole('region', { name: /^Job of/ });
    await job.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    assert.deepEqual(await methods(), ['AUTO']);
    const [{ linked }] = await database().rows("SELECT count(*) AS linked FROM match_job_record r JOIN match_job j ON j.company_id = r.company_id AND j.id = r.job_id WHERE NOT j.dry_run AND r.outcome = 'AUTO_LINK'");
    await job.getByText(`${Number(linked).toLocaleString('en-GB')} linked`, { exact: true }).waitFor();
    await inspect(page, 'jobs');
    await job.getByRole('button', { name: 'Take its links back' }).click();
    await page.getByText('1 link was taken back.').waitFor({ timeout: 30_000 });
    await job.getByText('Taken back', { exact: true }).waitFor();
    assert.deepEqual(await methods(), []);
    await close();
  });
});
