// A private PostgreSQL server in a folder of its own, which goes with it.
import { execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Starts a server with an empty database. Gives `{ url, owner, rows, stop }`: as the server connects, as the owner, and as one who sees every row. */
export async function startPostgres() {
  const programs = folderOfPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'party-ui-postgres-'));
  // PostgreSQL refuses to run as root, who hands over to the user that Debian's package made.
  const user = process.getuid() === 0 ? { uid: await idOf('-u'), gid: await idOf('-g') } : {};
  if (user.uid) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  await execute(join(programs, 'initdb'), ['--pgdata', data, '--username', 'root', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8', '--locale', 'C.UTF-8'], { ...user, cwd: folder });
  const port = await freePort();
  const settings = [`port=${port}`, `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1', 'fsync=off', 'log_min_messages=fatal'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], { ...user, cwd: folder, stdio: 'ignore' });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  const sql = async (database, text) => (await execute(join(programs, 'psql'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'root', '-d', database, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', text], { maxBuffer: 64 << 20 })).stdout;
  await retried(() => sql('postgres', 'SELECT 1'));
  await sql('postgres', 'CREATE ROLE party_owner LOGIN CREATEROLE');
  await sql('postgres', 'CREATE DATABASE party OWNER party_owner');
  const address = (role) => `postgres://${role}@127.0.0.1:${port}/party`;
  const stop = async () => {
    server.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true });
  };
  const rows = async (query) => JSON.parse((await sql('party', `SELECT coalesce(json_agg(r), '[]') FROM (${query}) r`)) || '[]');
  return { url: address('party_app'), owner: address('party_owner'), rows, stop };
}

function folderOfPrograms() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  if (!found) throw new Error("PostgreSQL's server was not found. Install the Debian package postgresql.");
  return found;
}

async function idOf(flag) {
  return Number((await execute('id', [flag, 'postgres'])).stdout);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function retried(attempt, left = 100) {
  try {
    return await attempt();
  } catch (error) {
    if (left === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return retried(attempt, left - 1);
  }
}
