// The programs under test, as their users start them.
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../target', import.meta.url));

/** The path of a program that `cargo build` made. */
export function program(name) {
  return join(TARGET, 'debug', name);
}

/** Runs a command to its end. */
export async function run(name, args, env = {}) {
  const { stdout } = await promisify(execFile)(program(name), args, { env: { ...process.env, ...env } });
  return stdout;
}

/**
 * Starts a server and waits until it says where its GraphQL is.
 * Gives `{ urls, stop }`: the words before the URLs, in lower case, mapped to them.
 */
export async function serve(name, args, env, count) {
  const child = spawn(program(name), args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => (child.kill('SIGTERM'), gone);
  const urls = {};
  const said = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, word, url] = /^(\w+)\s+(http:\S+\/graphql)$/.exec(line) ?? [];
      if (url) urls[word.toLowerCase()] = url;
      if (Object.keys(urls).length === count) return;
    }
    throw new Error(`${name} ended without saying where it listens`);
  })();
  await said;
  child.stdout.resume();
  return { urls, stop, pid: child.pid };
}

/** Asks SQLite for rows as objects; each `attached` file can be named as a schema. */
export async function sqlite(file, sql, attached = {}) {
  const attach = Object.entries(attached).map(([name, path]) => `ATTACH '${path}' AS ${name};`).join(' ');
  const args = ['-json', '-cmd', '.timeout 5000', file, `${attach} ${sql}`];
  const { stdout } = await promisify(execFile)('sqlite3', args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim() ? JSON.parse(stdout) : [];
}
