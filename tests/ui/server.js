// The program with its demo data on either database, and tokens for its users.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPostgres } from './postgres.js';

const SECRET = 'a secret for tests that is long enough';
const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../target', import.meta.url));
const PROGRAM = join(TARGET, 'debug', 'party');
const execute = promisify(execFile);

/** The company of the demo data. */
export const COMPANY = '01930000-0000-7000-8000-000000000001';

/** Everything that a token may allow a person. */
export const ALL_SCOPES = 'party:read party:pii party:write party:link party:steward party:admin revenue:read revenue:write';

/** A database with demo data: `{ env, rows, stop }`, where `rows` answers a query with all rows as objects. */
export async function startDatabase(kind) {
  const database = kind === 'postgres' ? await startPostgres() : newSqlite();
  const env = { PARTY_DATABASE_URL: database.url, ...(database.owner ? { PARTY_OWNER_DATABASE_URL: database.owner } : {}) };
  await execute(PROGRAM, ['migrate'], { env: environment(env) });
  await execute(PROGRAM, ['seed'], { env: environment(env) });
  return { env, rows: database.rows, stop: database.stop };
}

/** Runs another command of the program over a database. */
export async function runProgram(database, words) {
  return (await execute(PROGRAM, words, { env: environment(database.env) })).stdout;
}

function newSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'party-ui-'));
  const file = join(folder, 'party.sqlite');
  const rows = async (query) => {
    const { stdout } = await execute('sqlite3', ['-json', '-cmd', '.timeout 5000', file, query], { maxBuffer: 64 << 20 });
    return stdout.trim() ? JSON.parse(stdout) : [];
  };
  return { url: `sqlite:${file}`, rows, stop: async () => rmSync(folder, { recursive: true }) };
}

/** Starts the server over a database; `{ origin, stop }`. With a port it takes that one. */
export async function startServer(database, { port = 0, settings = { PARTY_JWT_SECRET: SECRET } } = {}) {
  const env = environment({ ...database.env, PARTY_LISTEN: `127.0.0.1:${port}`, PARTY_LOG: 'error', ...settings });
  const child = spawn(PROGRAM, [], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const origin = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it listened`)));
    createInterface(child.stdout).on('line', (line) => {
      const [, found] = /^Admin\s+(http:\S+)\/admin\/$/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
  return { origin, stop: () => (child.kill('SIGTERM'), gone) };
}

function environment(settings) {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARTY_'))), ...settings };
}

/** A token of a person, for so many seconds from now. */
export function tokenOf(scope = ALL_SCOPES, subject = 'maria.keller', seconds = 3600) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { company_id: COMPANY, sub: subject, scope, exp: Math.floor(Date.now() / 1000) + seconds };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** Asks the graph as a person; throws what is wrong. */
export async function ask(origin, query, variables = {}, token = tokenOf()) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const answer = await response.json();
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data;
}
