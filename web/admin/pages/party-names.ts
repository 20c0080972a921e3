// The names of a party, shown and changed. Somebody else's change in the meantime is told, and nothing typed is lost.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask, done, messageOf, Problem } from '../client';
import { UpdatePartyDocument } from '../gen/operations';
import { Page } from '../page';
import { may } from '../session';
import type { ShownParty } from './party';

type NameField = 'displayName' | 'givenName' | 'familyName' | 'legalName';

const PERSON: [NameField, string][] = [['displayName', 'Display name'], ['givenName', 'Given name'], ['familyName', 'Family name']];
const ORGANIZATION: [NameField, string][] = [['displayName', 'Display name'], ['legalName', 'Registered name']];

@customElement('party-names')
export class PartyNames extends Page {
  @property({ attribute: false }) party!: ShownParty;
  @state() private isEdited = false;
  @state() private failure = '';
  @state() private isStale = false;
  /** The version that the form was opened with. */
  private version = 0;

  private fields(): [NameField, string][] {
    return this.party.kind === 'PERSON' ? PERSON : ORGANIZATION;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const typed = [...this.querySelectorAll('wa-input')].map((input): [string, string | null] => [input.name ?? '', input.value || null]);
    const changed = typed.filter(([name, value]) => value !== this.party[name as NameField]);
    try {
      done((await ask(UpdatePartyDocument, { input: { partyId: this.party.id, expectedVersion: this.version, ...Object.fromEntries(changed) } })).updateParty);
      this.isEdited = false;
      this.failure = '';
      this.dispatchEvent(new Event('saved'));
    } catch (error) {
      this.isStale = error instanceof Problem && error.code === 'STALE_VERSION';
      if (error instanceof Problem && error.currentVersion) this.version = error.currentVersion;
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    if (!this.isEdited) {
      return html`<dl>${this.fields().map(([field, label]) => html`<dt>${label}</dt><dd><bdi>${this.party[field] ?? '–'}</bdi></dd>`)}</dl>
        ${may('party:write') ? html`<p><wa-button size="small" appearance="outlined" @click=${() => this.edit()}>Change names</wa-button></p>` : nothing}`;
    }
    return html`<form class="stack" @submit=${(event: SubmitEvent) => void this.save(event)}>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.isStale ? 'Somebody else changed this party in the meantime. What you typed is still here: look at it, and save again to put it over theirs.' : this.failure}</wa-callout>` : nothing}
      ${this.fields().map(([field, label]) => html`<wa-input name=${field} label=${label} value=${this.party[field] ?? ''} autocomplete="off"></wa-input>`)}
      <p class="bar"><wa-button type="submit" variant="brand" size="small">Save</wa-button><wa-button size="small" appearance="outlined" @click=${() => (this.isEdited = false)}>Cancel</wa-button></p>
    </form>`;
  }

  private edit(): void {
    this.version = this.party.version;
    this.failure = '';
    this.isEdited = true;
  }
}
