// The frame of the pages: sign-in, navigation, the view of the address, and what to say when the server is away.
import '@awesome.me/webawesome/dist/components/button/button.js';
import '@awesome.me/webawesome/dist/components/callout/callout.js';
import '@awesome.me/webawesome/dist/components/icon/icon.js';
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { messageOf } from './client';
import { Page } from './page';
import { link, path } from './router';
import * as session from './session';
import { isDark, toggleTheme } from './theme';

/** A view: its address, what it needs, and how it is loaded and shown. */
interface View {
  pattern: RegExp;
  title: string;
  load: () => Promise<unknown>;
  show: (parts: string[]) => TemplateResult;
}

const VIEWS: View[] = [
  { pattern: /^\/$/, title: 'Party Directory', load: () => import('./pages/directory'), show: () => html`<party-directory></party-directory>` },
  { pattern: /^\/revenue$/, title: 'Revenue', load: () => import('./pages/revenue'), show: () => html`<party-revenue></party-revenue>` },
  { pattern: /^\/new$/, title: 'New party', load: () => import('./pages/new-party'), show: () => html`<party-new></party-new>` },
  { pattern: /^\/review$/, title: 'Review', load: () => import('./pages/review'), show: () => html`<party-review></party-review>` },
  { pattern: /^\/review\/([^/]+)$/, title: 'Review', load: () => import('./pages/review-task'), show: ([id]) => html`<party-review-task .taskId=${id ?? ''}></party-review-task>` },
  { pattern: /^\/jobs$/, title: 'Linking', load: () => import('./pages/jobs'), show: () => html`<party-jobs></party-jobs>` },
  { pattern: /^\/imports$/, title: 'Imports', load: () => import('./pages/imports'), show: () => html`<party-imports></party-imports>` },
  { pattern: /^\/merge$/, title: 'Merge', load: () => import('./pages/merge'), show: () => html`<party-merge></party-merge>` },
  { pattern: /^\/merges\/([^/]+)$/, title: 'Merge', load: () => import('./pages/merge-page'), show: ([id]) => html`<party-merge-page .mergeId=${id ?? ''}></party-merge-page>` },
  { pattern: /^\/parties\/([^/]+)$/, title: 'Party', load: () => import('./pages/party'), show: ([id]) => html`<party-page .partyId=${id ?? ''}></party-page>` },
];

/** How often an absent server is asked whether it is back. */
const RETRY_MILLISECONDS = 1500;

@customElement('party-admin')
export class PartyAdmin extends Page {
  @state() private phase: 'starting' | 'ready' | 'failed' = 'starting';
  @state() private isOffline = false;
  @state() private view: TemplateResult | null = null;
  private failure = '';

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-route', () => void this.route());
    window.addEventListener('party-session', () => void this.route());
    window.addEventListener('party-offline', () => this.waitForServer());
    window.addEventListener('party-theme', () => this.requestUpdate());
    void this.begin();
  }

  private async begin(): Promise<void> {
    try {
      await session.start();
      await this.route();
      this.phase = 'ready';
    } catch (error) {
      this.failure = messageOf(error);
      this.phase = 'failed';
    }
  }

  private async route(): Promise<void> {
    const address = path();
    if (!session.isSignedIn()) await import('./pages/sign-in');
    const view = VIEWS.find(({ pattern }) => pattern.test(address));
    document.title = view ? `${view.title} · Party` : 'Party';
    await view?.load();
    if (address === path()) this.view = view ? view.show(view.pattern.exec(address)?.slice(1) ?? []) : null;
    this.requestUpdate();
  }

  /** Asks until the server answers; then every view asks anew for what it lacks. */
  private waitForServer(): void {
    if (this.isOffline) return;
    this.isOffline = true;
    const timer = setInterval(async () => {
      const isBack = await fetch('/health/ready').then(
        (response) => response.ok,
        () => false,
      );
      if (!isBack) return;
      clearInterval(timer);
      this.isOffline = false;
      window.dispatchEvent(new Event('party-online'));
    }, RETRY_MILLISECONDS);
  }

  override render(): unknown {
    if (this.phase === 'starting') return html`<p class="quiet pad" role="status">Loading …</p>`;
    if (this.phase === 'failed') return html`<wa-callout variant="danger" role="alert">${this.failure} Load the page again in a moment.</wa-callout>`;
    return html`
      <a class="skip" href="#content">Skip to the content</a>
      ${this.header()}
      ${this.isOffline
        ? html`<wa-callout class="banner" variant="warning" role="alert">
            <wa-icon slot="icon" name="exclamation-triangle"></wa-icon>
            The server does not answer. What you see stays; it is asked again every moment.
          </wa-callout>`
        : nothing}
      <main id="content" tabindex="-1">${this.content()}</main>
    `;
  }

  private content(): unknown {
    if (!session.isSignedIn()) return html`<party-sign-in></party-sign-in>`;
    if (!session.may('party:steward') && !session.may('party:admin')) {
      return html`<wa-callout variant="warning">
        <wa-icon slot="icon" name="exclamation-triangle"></wa-icon>
        <h1>Not for your token</h1>
        <p>The Party Directory is for stewards and administrators. Your token needs the scope <code>party:steward</code> or <code>party:admin</code>; ask whoever manages access in your company.</p>
      </wa-callout>`;
    }
    return this.view ?? html`<h1>There is no such page</h1><p><a href=${link('/')}>To the Party Directory</a></p>`;
  }

  private header(): unknown {
    const at = path();
    const tab = (view: string, text: string, isHere: boolean) => html`<a href=${link(view)} aria-current=${isHere ? 'page' : nothing}>${text}</a>`;
    return html`<header class="frame">
      <strong>Party</strong>
      <nav aria-label="Pages">${session.isSignedIn() ? tab('/', 'Directory', at === '/' || /^\/(parties|merge|new)/.test(at)) : nothing}
        ${session.isSignedIn() && session.may('party:steward') ? [tab('/review', 'Review', at.startsWith('/review')), tab('/jobs', 'Linking', at === '/jobs')] : nothing}
        ${session.isSignedIn() && session.may('party:admin') ? tab('/imports', 'Imports', at === '/imports') : nothing}
        ${session.isSignedIn() && session.may('revenue:read') ? tab('/revenue', 'Revenue', at === '/revenue') : nothing}</nav>
      <span class="grow"></span>
      ${session.isSignedIn() ? html`<span class="who" title="Signed in as">${session.subject()}</span>` : nothing}
      <wa-button appearance="plain" size="small" @click=${toggleTheme}>
        <wa-icon name=${isDark() ? 'sun' : 'moon'} label=${isDark() ? 'Light colours' : 'Dark colours'}></wa-icon>
      </wa-button>
      ${session.isSignedIn() && !session.isDemo()
        ? html`<wa-button appearance="plain" size="small" @click=${() => void session.signOut()}><wa-icon name="box-arrow-right" label="Sign out"></wa-icon></wa-button>`
        : nothing}
    </header>`;
  }
}
