// `make graph`: the hub, the three engines and Hive Gateway on this machine, with demo data. Ctrl-C ends all of them.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startHive } from './gateways.js';
import { run, serve } from './processes.js';
import { supergraph } from './supergraph.js';

const data = fileURLToPath(new URL('../../data/graph', import.meta.url));
const port = Number(process.env.GRAPH_PORT ?? 4000);

// Demo mode: whatever secrets the environment has are for other servers.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PARTY|ENGINES)_/.test(name)));
const hubEnvironment = { ...environment, PARTY_DATABASE_URL: `sqlite:${data}/party.sqlite`, PARTY_LISTEN: `127.0.0.1:${port + 1}`, PARTY_LOG: 'warn' };
const enginesEnvironment = {
  ...environment, ENGINES_DATABASE: `sqlite:${data}`, ENGINES_HUB: `http://127.0.0.1:${port + 1}/graphql`, ENGINES_LISTEN: `127.0.0.1:${port + 10}`, ENGINES_LOG: 'warn',
};

const started = [];
let ending;

/** Ends everything in the opposite order of starting. */
function end(code) {
  ending ??= (async () => {
    for (const { stop } of started.reverse()) await stop();
    process.exit(code);
  })();
  return ending;
}
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

try {
  mkdirSync(data, { recursive: true });
  console.log('Starting the hub; the first time it loads its demo data, which takes a few seconds …');
  const hub = await serve('party', ['serve'], hubEnvironment, 1);
  started.push(hub);
  await run('engines', ['seed'], enginesEnvironment);
  const engines = await serve('engines', ['serve', 'all'], enginesEnvironment, 3);
  started.push(engines);
  const urls = { party: hub.urls.graphql, ...engines.urls };
  const gateway = await startHive(supergraph(urls), { port });
  started.push(gateway);
  for (const [name, url] of Object.entries(urls)) console.log(`${name.padEnd(9)} ${url}`);
  console.log(`\nThe whole graph: ${gateway.url}\nCtrl-C ends everything. The data is in data/graph.`);
} catch (error) {
  if (!ending) console.error(`graph: ${error.message}`);
  await end(1);
}
