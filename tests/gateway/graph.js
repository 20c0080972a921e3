// The whole graph for tests: the hub and the engines with demo data, a recorder before each, and two gateways.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApollo, startHive } from './gateways.js';
import { run, serve, sqlite } from './processes.js';
import { record } from './recorder.js';
import { supergraph } from './supergraph.js';

const SECRET = 'a secret for tests that is long enough';

/** The companies of the demo data. */
export const COMPANY = '01930000-0000-7000-8000-000000000001';
export const OTHER_COMPANY = '01930000-0000-7000-8000-000000000002';

/** Everything that a person who works with the whole graph may do. */
export const ALL_SCOPES = `party:read party:pii party:write party:link party:steward revenue:read crm:read crm:write auction:read auction:write website:read website:write`;

/** A token of a caller. */
export function token({ company = COMPANY, scope = ALL_SCOPES, subject = 'tester' } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { company_id: company, sub: subject, scope, exp: Math.floor(Date.now() / 1000) + 3600 };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** Sends a document to a GraphQL server and gives the whole answer. */
export async function ask(url, query, { variables = {}, caller = token() } = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${caller}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** Subscribes to a GraphQL server by an event stream and gives `{ next, stop }`; `next` waits for an answer. */
export async function subscribe(url, query, { caller = token() } = {}) {
  const leaving = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${caller}` },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  assert.equal(response.headers.get('content-type')?.split(';')[0], 'text/event-stream');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async () => {
    for (;;) {
      const [, event] = /^([\s\S]*?)\r?\n\r?\n/.exec(text) ?? [];
      if (event === undefined) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream has ended: ${text}`);
        text += value;
        continue;
      }
      text = text.slice(event.length).trimStart();
      const data = event.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5)).join('\n').trim();
      if (data && data !== 'null') return JSON.parse(data);
    }
  };
  return { next, stop: () => leaving.abort() };
}

/** Starts the hub with demo data. */
export async function startHub() {
  const folder = await mkdtemp(join(tmpdir(), 'party-graph-'));
  const file = join(folder, 'party.sqlite');
  const environment = { PARTY_DATABASE_URL: `sqlite:${file}`, PARTY_JWT_SECRET: SECRET, PARTY_LOG: 'warn', PARTY_LISTEN: `127.0.0.1:${await freePort()}` };
  await run('party', ['seed'], environment);
  let hub = await serve('party', ['serve'], environment, 1);
  return {
    folder, file, url: hub.urls.graphql,
    pause: () => hub.stop(),
    resume: async () => {
      hub = await serve('party', ['serve'], environment, 1);
    },
    stop: async () => {
      await hub.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts everything. Call `stop` when done. */
export async function startGraph() {
  const hub = await startHub();
  const { folder } = hub;
  const files = { party: hub.file, ...Object.fromEntries(['crm', 'auction', 'website'].map((name) => [name, join(folder, `${name}.sqlite`)])) };
  const enginesEnv = {
    ENGINES_DATABASE: `sqlite:${folder}`, ENGINES_HUB: hub.url, ENGINES_JWT_SECRET: SECRET, ENGINES_LOG: 'error',
    ENGINES_REPORT_MILLISECONDS: '100', ENGINES_IDENTIFY_MILLISECONDS: '300', ENGINES_FOLLOW_MILLISECONDS: '100',
  };
  await run('engines', ['seed'], enginesEnv);
  const engines = await serve('engines', ['serve', 'all', '--listen', '127.0.0.1:0'], enginesEnv, 3);
  const real = { party: hub.url, ...engines.urls };
  const subgraphs = Object.fromEntries(await Promise.all(Object.entries(real).map(async ([name, url]) => [name, await record({ url })])));
  const sdl = supergraph(Object.fromEntries(Object.entries(subgraphs).map(([name, { url }]) => [name, url])));
  const gateways = { apollo: await startApollo(sdl), hive: await startHive(sdl) };
  return {
    subgraphs, gateways, real, files,
    hub,
    stop: async () => {
      await Promise.all(Object.values(gateways).map((gateway) => gateway.stop()));
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
      await engines.stop();
      await hub.stop();
    },
  };
}

/** A port that is free now; the hub takes it again after a restart, so it cannot be left to the system. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Asks both gateways and gives the answer on which they agree: `{ data, errors, calls }`.
 * Errors are written as `CODE at path`; calls are counted for each gateway and subgraph.
 */
export async function askBoth(graph, query, options = {}) {
  const answers = {};
  for (const [name, { url }] of Object.entries(graph.gateways)) {
    Object.values(graph.subgraphs).forEach((subgraph) => subgraph.calls.splice(0));
    const { data, errors = [] } = await ask(url, query, options);
    const calls = Object.fromEntries(Object.entries(graph.subgraphs).map(([subgraph, { calls }]) => [subgraph, [...calls]]).filter(([, calls]) => calls.length));
    answers[name] = { data, errors: errors.map(written).sort(), calls, messages: errors.map((error) => error.message) };
  }
  const { apollo, hive } = answers;
  assert.deepEqual(hive.data, apollo.data, `the gateways answer differently: ${JSON.stringify(answers, null, 1).slice(0, 4000)}`);
  return { data: apollo.data, errors: apollo.errors, hiveErrors: hive.errors, messages: apollo.messages, calls: { apollo: apollo.calls, hive: hive.calls } };
}

function written(error) {
  return `${error.extensions?.code ?? 'NO_CODE'} at ${(error.path ?? []).join('.')}`;
}

/** How often each subgraph was called. */
export function counts(calls) {
  return Object.fromEntries(Object.entries(calls).map(([name, list]) => [name, list.length]));
}

/** Asks until an answer is as it should be; for what engines and hub tell each other in the background. */
export async function eventually(question, isAsItShouldBe, milliseconds = 15_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await question();
    if (isAsItShouldBe(answer)) return answer;
    assert.ok(Date.now() < end, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A UUID as it is written in a SQLite column of bytes. */
export function blob(id) {
  return `x'${id.replaceAll('-', '')}'`;
}

/** A UUID as SQLite gives it, `hex(id)`, in the usual form. */
export function uuid(hex) {
  return hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export { sqlite };
