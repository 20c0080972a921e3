// What docs/extending-party.md tells an author to paste composes, and what it tells an engine to send is taken.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { composeServices } from '@apollo/composition';
import { parse, validate } from 'graphql';
import { ask, startHub, token } from './graph.js';
import { committedSdl } from './supergraph.js';

const page = readFileSync(new URL('../../docs/extending-party.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```(graphql|json)\n([\s\S]*?)```/g)].map(([, language, text]) => ({ language, text }));
const sdl = blocks.find(({ text }) => text.startsWith('extend schema')).text;

/** Each operation of the page with the variables that stand below it. */
const operations = blocks.flatMap(({ text }, i) => (/^(query|mutation)/.test(text) ? [{ document: text, variables: JSON.parse(blocks[i + 1].text) }] : []));

let hub;

before(async () => {
  hub = await startHub();
});

after(() => hub?.stop());

function composed(itad) {
  const names = ['party', 'crm', 'auction', 'website'];
  return composeServices([...names.map((name) => ({ name, typeDefs: parse(committedSdl(name)) })), { name: 'itad', typeDefs: parse(itad) }]);
}

it('has a schema that composes with the hub and all engines', () => {
  const { schema, errors } = composed(sdl);
  assert.deepEqual((errors ?? []).map((error) => error.message), []);
  const query = '{ partyByEmail(email: "x@example.com") { itadProjects { title party { displayName } sourceRecord { party { id } } } } }';
  assert.deepEqual(validate(schema.toAPISchema().toGraphQLJSSchema(), parse(query)).map((problem) => problem.message), []);
});

it('has operations that the hub takes from an engine, twice if need be', async () => {
  assert.equal(operations.length, 3);
  const caller = token({ subject: 'engine:itad', scope: 'engine:itad party:read' });
  const answers = {};
  for (const round of ['first', 'second']) {
    for (const { document, variables } of operations) {
      const { data, errors } = await ask(hub.url, document, { variables, caller });
      assert.equal(errors, undefined, JSON.stringify(errors));
      Object.assign((answers[round] ??= {}), data);
    }
  }
  const { first, second } = answers;
  assert.deepEqual(first.registerSourceRecords, { results: [{ created: true, userErrors: [] }], userErrors: [] });
  assert.deepEqual(second.registerSourceRecords, { results: [{ created: false, userErrors: [] }], userErrors: [] });
  assert.deepEqual(first.resolveParties, [{ id: '019300ea-ad00-7001-be5a-069934cc0618' }, null]);
  assert.deepEqual([first.recordRevenue, second.recordRevenue], [{ recorded: 1, unchanged: 0, userErrors: [] }, { recorded: 0, unchanged: 1, userErrors: [] }]);
});

it('keeps its promise that a repeated field fails', () => {
  const { errors } = composed(sdl.replace('itadProjects:', 'displayName: String!\n  itadProjects:'));
  assert.ok(errors.some(({ message }) => message.includes('Party.displayName') && message.includes('itad')), errors?.map(({ message }) => message).join('\n'));
});
