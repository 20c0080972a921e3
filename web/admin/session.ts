// Who uses the pages: nobody yet, somebody with a token, or everybody in demo mode.
import type { UserManager } from 'oidc-client-ts';

interface Configuration {
  demo: boolean;
  signIn: { issuer: string; clientId: string; scope: string; resource: string | null } | null;
}

interface Claims {
  sub?: string;
  scope?: string;
  exp?: number;
}

const TOKEN = 'party.token';
const BACK = 'party.back';

let configuration: Configuration = { demo: false, signIn: null };
let manager: UserManager | undefined;
let token: string | null = null;
/** Why the last sign-in failed or the session ended, for people. */
let notice = '';

/** Reads what the server says of sign-in, and takes up a session or the provider's answer. */
export async function start(): Promise<void> {
  const response = await fetch('/admin/config.json');
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  configuration = (await response.json()) as Configuration;
  token = sessionStorage.getItem(TOKEN);
  if (configuration.signIn) await startProvider(configuration.signIn);
}

async function startProvider(signIn: NonNullable<Configuration['signIn']>): Promise<void> {
  const { UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  const home = `${location.origin}/admin/`;
  const created = new UserManager({
    authority: signIn.issuer,
    client_id: signIn.clientId,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    response_type: 'code',
    scope: signIn.scope,
    ...(signIn.resource ? { resource: signIn.resource } : {}),
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false,
  });
  manager = created;
  const answer = new URLSearchParams(location.search);
  if (answer.has('state') && (answer.has('code') || answer.has('error'))) {
    const back = sessionStorage.getItem(BACK) ?? home;
    try {
      await created.signinRedirectCallback();
    } catch (error) {
      notice = `The provider did not let you in: ${error instanceof Error ? error.message : String(error)}`;
    }
    sessionStorage.removeItem(BACK);
    history.replaceState(null, '', back);
  }
  const user = await created.getUser();
  if (user && !user.expired) token = user.access_token;
}

/** Whether the pages may be shown. */
export function isSignedIn(): boolean {
  return configuration.demo || token !== null;
}

/** Whether there is a provider to sign in at. */
export function hasProvider(): boolean {
  return configuration.signIn !== null;
}

/** Whether the server takes everybody. */
export function isDemo(): boolean {
  return configuration.demo;
}

/** Why nobody is signed in, for people. */
export function signInNotice(): string {
  return notice;
}

/** Leads to the provider, and from there back to this view. */
export async function signInAtProvider(): Promise<void> {
  sessionStorage.setItem(BACK, location.href);
  await manager?.signinRedirect();
}

/** Takes a token that somebody pasted; it is forgotten with the tab. Throws what is wrong with it. */
export function signInWith(pasted: string): void {
  const text = pasted.trim().replace(/^bearer\s+/i, '');
  if (!claimsOf(text)) throw new Error('This is not a JWT: it should have three parts with points between them.');
  token = text;
  notice = '';
  sessionStorage.setItem(TOKEN, text);
}

/** Forgets the token; says why when it was not asked for. */
export async function signOut(why = ''): Promise<void> {
  notice = why;
  token = null;
  sessionStorage.removeItem(TOKEN);
  await manager?.removeUser();
  window.dispatchEvent(new Event('party-session'));
}

/** The header of requests. */
export function authorization(): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Who the caller is, as the token says. */
export function subject(): string {
  return configuration.demo ? 'Demo mode' : (claims()?.sub ?? '');
}

/** Whether the caller's token has a scope; the server decides again for each request. */
export function may(scope: string): boolean {
  return configuration.demo || (claims()?.scope ?? '').split(' ').includes(scope);
}

function claims(): Claims | null {
  return token ? claimsOf(token) : null;
}

function claimsOf(text: string): Claims | null {
  const [, payload, signature] = text.split('.');
  if (!payload || !signature) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return null;
  }
}
