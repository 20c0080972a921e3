// Starts the program on a free port with an empty database, and signs tokens for it.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SECRET = 'a secret for tests that is long enough';
const ROOT = new URL('../..', import.meta.url);

/** Runs the program; resolves to `{ url, token, stop }`. */
export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'party-http-'));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PARTY_')));
  Object.assign(env, {
    PARTY_DATABASE_URL: `sqlite:${join(folder, 'party.sqlite')}`,
    PARTY_LISTEN: '127.0.0.1:0',
    PARTY_JWT_SECRET: SECRET,
    PARTY_LOG: 'warn',
  });
  const company = await companyOf(env);
  const server = program([], env);
  const url = await lineOf(server, /^GraphQL\s+(\S+)$/);
  const stop = async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  };
  return { url, token: tokenOf(company), stop };
}

function companyOf(env) {
  return lineOf(program(['company', 'add', '--name', 'Acme'], env), /^([0-9a-f-]{36})$/);
}

function program(args, env) {
  return spawn('cargo', ['run', '--quiet', '--bin', 'party', '--', ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

function lineOf(child, pattern) {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it said what was expected`)));
    createInterface(child.stdout).on('line', (line) => {
      const match = pattern.exec(line);
      if (match) resolve(match[1]);
    });
  });
}

function tokenOf(company) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { company_id: company, sub: 'audit', scope: 'party:read party:write', exp: Math.floor(Date.now() / 1000) + 3600 };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}
