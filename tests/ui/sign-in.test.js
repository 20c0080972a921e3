// Sign-in through an OpenID provider that the test starts: authorization code with PKCE, and access tokens that the server checks.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { openTab, startBrowser } from './browser.js';
import { ALL_SCOPES, COMPANY, startDatabase, startServer } from './server.js';

const AUDIENCE = 'urn:party';

let database, browser, server, provider, listener, port;

before(async () => {
  [database, browser] = await Promise.all([startDatabase('sqlite'), startBrowser()]);
  listener = createServer((request, response) => provider.callback()(request, response));
  await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  // The provider must know where the pages are, and the server where the keys are.
  provider = providerFor(issuer, 'http://127.0.0.1:1');
  const settings = { PARTY_JWKS_URL: `${issuer}/jwks`, PARTY_JWT_ISSUER: issuer, PARTY_JWT_AUDIENCE: AUDIENCE, PARTY_ADMIN_OIDC_ISSUER: issuer, PARTY_ADMIN_OIDC_CLIENT_ID: 'party-admin' };
  server = await startServer(database, { settings });
  port = new URL(server.origin).port;
  provider = providerFor(issuer, `http://127.0.0.1:${port}`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  listener?.closeAllConnections();
  listener?.close();
  await database?.stop();
});

function providerFor(issuer, pages) {
  return new Provider(issuer, {
    clients: [{ client_id: 'party-admin', application_type: 'web', token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: [`${pages}/admin/`] }],
    clientBasedCORS: () => true,
    cookies: { keys: ['only for tests'] },
    scopes: ['openid', ...ALL_SCOPES.split(' ')],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: () => ({ company_id: COMPANY }),
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: ALL_SCOPES, audience: AUDIENCE, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
      },
    },
  });
}

test('a steward signs in at the provider and comes back to the view that was asked for', async () => {
  const { page, close } = await openTab(browser, server.origin);
  await page.goto('/admin/?q=john+doe');
  await page.getByRole('button', { name: "Sign in at your company's provider" }).click();
  await page.getByPlaceholder('Enter any login').fill('maria.keller');
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
  assert.equal(page.url(), `${server.origin}/admin/?q=john+doe`);
  await page.getByText('john.doe@example.com').waitFor();
  await page.getByText('maria.keller').waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'John Doe', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await close();
});
