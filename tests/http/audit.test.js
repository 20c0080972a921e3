// The server passes every audit of `graphql-http`, and the reference clients of the streaming protocols understand it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serverAudits } from 'graphql-http';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWebSocketClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startServer } from './server.js';

const AUDITS = 61;

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

describe('GraphQL over HTTP', () => {
  it(`passes all ${AUDITS} audits, whether MUST, SHOULD or MAY`, async () => {
    const fetchFn = (url, init = {}) => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${server.token}` } });
    const results = await Promise.all(serverAudits({ url: server.url, fetchFn }).map((audit) => audit.fn()));
    const failed = results.filter((result) => result.status !== 'ok').map(({ id, name, reason }) => `${id} ${name}: ${reason}`);
    assert.deepEqual(failed, []);
    assert.equal(results.length, AUDITS);
    console.log(`${results.length - failed.length} of ${results.length} audits passed`);
  });
});

describe('graphql-ws, the reference client of graphql-transport-ws', () => {
  it('runs queries and mutations, and is told what is wrong', async () => {
    const client = createWebSocketClient({
      url: server.url.replace('http:', 'ws:'),
      connectionParams: { authorization: `Bearer ${server.token}` },
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    assert.deepEqual(await first(client, '{ __typename }'), { data: { __typename: 'Query' } });
    const created = await first(client, 'mutation { createParty(input: { kind: PERSON, displayName: "Jane Roe" }) { party { displayName } } }');
    assert.deepEqual(created, { data: { createParty: { party: { displayName: 'Jane Roe' } } } });
    await assert.rejects(first(client, '{ nothing }'), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
    await client.dispose();
  });

  it('is refused without a token', async () => {
    const client = createWebSocketClient({ url: server.url.replace('http:', 'ws:'), webSocketImpl: WebSocket, retryAttempts: 0 });
    await assert.rejects(first(client, '{ __typename }'), (close) => close.code === 4403);
  });
});

describe('graphql-sse, the reference client of event streams', () => {
  it('runs queries', async () => {
    const client = createSseClient({ url: server.url, headers: { authorization: `Bearer ${server.token}` }, retryAttempts: 0 });
    assert.deepEqual(await first(client, '{ __typename }'), { data: { __typename: 'Query' } });
    client.dispose();
  });
});

async function first(client, query) {
  for await (const answer of client.iterate({ query })) return answer;
  throw new Error('the operation ended without an answer');
}
