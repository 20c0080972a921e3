// Tells the same stories on both databases: each file of stories has a server, demo data and a browser of its own.
import { after, before, describe, test } from 'node:test';
import { startBrowser } from './browser.js';
import { startDatabase, startServer } from './server.js';

/** What `tell` is given: `test`, and functions that give the server's origin, the database and the server, once they run. */
export function stories(name, tell) {
  for (const kind of ['sqlite', 'postgres']) {
    describe(`${name} on ${kind}`, () => {
      let database, server, browser;
      before(async () => {
        [database, browser] = await Promise.all([startDatabase(kind), startBrowser()]);
        server = await startServer(database);
      });
      after(async () => {
        await browser?.close();
        await server?.stop();
        await database?.stop();
      });
      const lazyBrowser = { newContext: (...options) => browser.newContext(...options) };
      const restart = async () => (server = await startServer(database, { port: new URL(server.origin).port }));
      tell({ test, origin: () => server.origin, browser: lazyBrowser, database: () => database, stop: () => server.stop(), restart });
    });
  }
}
