// A new party. Who it may be already is looked up as one types, so that nobody is made twice without somebody saying so.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, isAborted, messageOf, Problem } from '../client';
import { lastTwelveMonths } from '../format';
import { CandidatesDocument, type CreatePartyInput, CreatePartyDocument, type CreatePartyMutation, type PartyKind, RolesDocument, type RolesQuery } from '../gen/operations';
import { Page } from '../page';
import { go, link } from '../router';
import { may } from '../session';
import { type Candidate, candidates, isDuplicate } from './candidates';
import './review.css';

type Refused = NonNullable<CreatePartyMutation['createParty']>['userErrors'];

/** A field of the form: its name in the input, its label, and what browsers should know of it. */
type Field = [name: string, label: string, hint?: string];

const NAMES: Record<PartyKind, Field[]> = {
  PERSON: [['givenName', 'Given name'], ['familyName', 'Family name'], ['displayName', 'Display name', 'Made of the names when left out.']],
  ORGANIZATION: [['legalName', 'Registered name'], ['displayName', 'Display name', 'The registered name when left out.']],
};

const CONTACTS: Field[] = [['email', 'E-mail', 'Identifies the party: no other party may have it.'], ['phone', 'Phone', 'Without a country code it is in your country.']];

const ADDRESS: Field[] = [['line1', 'Street and number'], ['postalCode', 'Postal code'], ['city', 'City'], ['country', 'Country', 'Two letters, for instance DE.']];

/** How long the typing rests before it is looked up. */
const PAUSE_MILLISECONDS = 250;

@customElement('party-new')
export class PartyNew extends Page {
  @state() private kind: PartyKind = 'PERSON';
  @state() private found: Candidate[] = [];
  @state() private roleTypes: NonNullable<RolesQuery['roleTypes']> = [];
  @state() private refused: Refused = [];
  @state() private failure = '';
  @state() private isBusy = false;
  private model = '';
  private typed = new Map<string, string>();
  private looking = new AbortController();
  private pause = 0;
  /** The same for every attempt with the same values: what is sent twice makes one party. */
  private attempt = crypto.randomUUID();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.looking.abort();
    clearTimeout(this.pause);
  }

  protected override online(): void {
    void this.start();
    void this.look();
  }

  private async start(): Promise<void> {
    try {
      this.roleTypes = (await ask(RolesDocument, {})).roleTypes ?? [];
      this.failure = '';
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private type(name: string, event: Event): void {
    this.typed.set(name, (event.target as HTMLInputElement).value.trim());
    this.changed();
  }

  private changed(): void {
    this.attempt = crypto.randomUUID();
    clearTimeout(this.pause);
    this.pause = window.setTimeout(() => void this.look(), PAUSE_MILLISECONDS);
  }

  /** What was typed, as the graph takes it. */
  private values(): Omit<CreatePartyInput, 'kind' | 'roles' | 'idempotencyKey'> {
    const of = (fields: Field[]) => Object.fromEntries(fields.flatMap(([name]) => (this.typed.get(name) ? [[name, this.typed.get(name)]] : [])));
    const address = of(ADDRESS);
    return { ...of([...NAMES[this.kind], ...CONTACTS]), ...(Object.keys(address).length > 0 ? { address } : {}) };
  }

  private async look(): Promise<void> {
    this.looking.abort();
    this.looking = new AbortController();
    const { signal } = this.looking;
    const values = this.values();
    if (!may('party:pii') || Object.keys(values).length === 0) return void (this.found = []);
    try {
      const answer = await ask(CandidatesDocument, { input: { kind: this.kind, ...values }, money: may('revenue:read'), period: lastTwelveMonths() }, signal);
      // Values that are only half typed are refused; nobody is bothered with that before the end.
      const suggestions = answer.suggestPartyMatches?.suggestions;
      this.model = suggestions?.model ?? '';
      this.found = suggestions?.candidates ?? [];
      this.failure = '';
    } catch (error) {
      if (!isAborted(error)) this.failure = messageOf(error);
    }
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy) return;
    this.isBusy = true;
    const roles = [...this.querySelectorAll<HTMLInputElement>('input[name=role]:checked')].map(({ value }) => value);
    try {
      const { createParty } = await ask(CreatePartyDocument, { input: { kind: this.kind, ...this.values(), roles, idempotencyKey: this.attempt } });
      [this.refused, this.failure] = [createParty?.userErrors ?? [], ''];
      if (createParty?.party) go(link(`/parties/${createParty.party.id}`));
    } catch (error) {
      this.failure = error instanceof Problem && error.code === 'OFFLINE' ? `${error.message} Nothing that you typed is lost.` : messageOf(error);
    }
    this.isBusy = false;
  }

  override render(): unknown {
    const isDoubled = this.found.some(isDuplicate);
    const field = ([name, label, hint]: Field) => html`<wa-input name=${name} label=${label} hint=${hint ?? ''} autocomplete="off" @input=${(event: Event) => this.type(name, event)}></wa-input>`;
    return html`<div class="stack"><h1>New party</h1>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.refused.length > 0 ? html`<wa-callout variant="danger" role="alert">${this.refused.map(({ message, candidates: others }) => html`<p>${message} ${(others ?? []).map(({ id, displayName }) => html`<a href=${link(`/parties/${id}`)} target="_blank">${displayName}</a> `)}</p>`)}</wa-callout>` : nothing}
      <div class="review">
        <form class="card stack" @submit=${(event: SubmitEvent) => void this.create(event)}>
          <fieldset class="bar" @change=${(event: Event) => { this.kind = (event.target as HTMLInputElement).value as PartyKind; this.changed(); }}><legend class="hidden">Kind</legend>
            <label><input type="radio" name="kind" value="PERSON" .checked=${this.kind === 'PERSON'} />Person</label><label><input type="radio" name="kind" value="ORGANIZATION" .checked=${this.kind === 'ORGANIZATION'} />Organisation</label></fieldset>
          ${NAMES[this.kind].map(field)}${CONTACTS.map(field)}
          <details><summary>Address</summary><div class="stack">${ADDRESS.map(field)}</div></details>
          <details><summary>Roles</summary><fieldset><legend class="quiet">What it is to you from now on</legend>${this.roleTypes.map(({ code, label }) => html`<label><input type="checkbox" name="role" value=${code} /><span>${label}</span></label>`)}</fieldset></details>
          <p><wa-button type="submit" variant=${isDoubled ? 'warning' : 'brand'} ?disabled=${this.isBusy}>${isDoubled ? 'Create anyway' : 'Create'}</wa-button></p>
        </form>
        <section class="card" aria-live="polite"><h2>${isDoubled ? 'Perhaps this is somebody whom you have' : 'Whom it may be'}</h2>${this.known()}</section>
      </div></div>`;
  }

  private known(): unknown {
    if (!may('party:pii')) return html`<p>Whom it may be cannot be shown: your token needs the scope <code>party:pii</code>.</p>`;
    if (this.found.length === 0) return html`<p class="quiet">Nobody is like this so far.</p>`;
    return candidates(this.found, this.model);
  }
}
