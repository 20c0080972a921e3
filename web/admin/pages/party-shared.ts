// The warning that several parties use a contact point, with how many and who.
import { html } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask } from '../client';
import { SharedByDocument } from '../gen/operations';
import { Page } from '../page';
import { link } from '../router';

/** How many are counted at most. */
const MOST = 50;

@customElement('party-shared')
export class PartyShared extends Page {
  @property({ attribute: false }) value = '';
  @state() private parties = 0;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('value')) void this.count();
  }

  private async count(): Promise<void> {
    if (!this.value) return;
    // Without an answer the warning stands all the same, only without the number.
    const found = await ask(SharedByDocument, { query: this.value, first: MOST }).catch(() => null);
    this.parties = (found?.searchParties?.edges ?? []).filter(({ matchedBy }) => matchedBy === 'EMAIL' || matchedBy === 'PHONE').length;
  }

  override render(): unknown {
    if (this.parties < 2) return html`<span class="chip bad">Used by several people</span>`;
    return html`<a class="chip bad" href=${link('/', new URLSearchParams({ q: this.value }))}>Shared by ${this.parties}${this.parties === MOST ? ' or more' : ''} parties</a>`;
  }
}
