// A merge, step by step: which parties, who goes on, which values, what it does, and why.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, done, messageOf } from '../client';
import { day, words } from '../format';
import {
  FindToMergeDocument,
  type FindToMergeQuery,
  MergePartiesDocument,
  type MergePreviewQuery,
  MergePreviewDocument,
  PartyToMergeDocument,
  type PartyToMergeQuery,
  type PartyMergeField,
} from '../gen/operations';
import { Page } from '../page';
import { go, link, path, query } from '../router';
import { may } from '../session';
import { effect } from './merge-effect';

type Candidate = NonNullable<PartyToMergeQuery['party']>;
type Preview = NonNullable<MergePreviewQuery['mergePreview']>;

/** Who should go on: the one with most links, or else the oldest. */
function suggested(parties: Candidate[]): { party: Candidate; why: string } | null {
  const [first, second] = [...parties].sort((one, other) => other.links.length - one.links.length || one.createdAt.localeCompare(other.createdAt));
  if (!first) return null;
  return { party: first, why: second && first.links.length > second.links.length ? 'it has the most links' : 'it is the oldest' };
}

@customElement('party-merge')
export class PartyMerge extends Page {
  @state() private parties: Candidate[] = [];
  @state() private survivorId = '';
  @state() private choices = new Map<PartyMergeField, string>();
  @state() private preview: Preview | null = null;
  @state() private found: NonNullable<FindToMergeQuery['searchParties']>['nodes'] = [];
  @state() private failure = '';
  private typing = 0;

  private readonly routed = () => path() === '/merge' && void this.load();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-route', this.routed);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('party-route', this.routed);
  }

  protected override online(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const answers = await Promise.all(query().getAll('party').map((id) => ask(PartyToMergeDocument, { id, pii: may('party:pii') })));
      this.parties = answers.flatMap(({ party }) => (party ? [party] : []));
      if (!this.parties.some(({ id }) => id === this.survivorId)) this.survivorId = suggested(this.parties)?.party.id ?? '';
      await this.look();
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  /** What the merge would do as things are chosen. */
  private async look(): Promise<void> {
    this.failure = '';
    if (this.parties.length < 2) return void (this.preview = null);
    try {
      const choices = [...this.choices].map(([field, partyId]) => ({ field, partyId }));
      const variables = { survivorId: this.survivorId, absorbedIds: this.absorbed().map(({ id }) => id), choices, pii: may('party:pii'), money: may('revenue:read') };
      this.preview = (await ask(MergePreviewDocument, variables)).mergePreview;
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private absorbed(): Candidate[] {
    return this.parties.filter(({ id }) => id !== this.survivorId);
  }

  private search(event: Event): void {
    const text = (event.target as HTMLInputElement).value.trim();
    clearTimeout(this.typing);
    this.typing = window.setTimeout(async () => {
      const nodes = text ? ((await ask(FindToMergeDocument, { query: text }).catch(() => null))?.searchParties?.nodes ?? []) : [];
      this.found = nodes.filter(({ id }) => !this.parties.some((party) => party.id === id));
    }, 150);
  }

  private add(id: string): void {
    this.found = [];
    const parameters = query();
    parameters.append('party', id);
    go(link('/merge', parameters), true);
  }

  private async merge(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const survivor = this.parties.find(({ id }) => id === this.survivorId);
    if (!survivor) return;
    const named = ({ id, version }: Candidate) => ({ partyId: id, expectedVersion: version });
    const reason = this.querySelector<HTMLInputElement>('wa-input[name=reason]')?.value || null;
    const choices = [...this.choices].map(([field, partyId]) => ({ field, partyId }));
    try {
      const { merges } = done((await ask(MergePartiesDocument, { input: { survivor: named(survivor), absorbed: this.absorbed().map(named), choices, reason } })).mergeParties);
      go(link(`/merges/${merges[0]?.id}`));
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    return html`<div class="stack">
      <h1>Merge parties</h1>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      <section class="card"><h2>1. Who goes on</h2>${this.survivors()}
        <wa-input type="search" label="Add a party" placeholder="Name, e-mail, phone or id" @input=${(event: Event) => this.search(event)}></wa-input>
        <ul class="found">${this.found.map((party) => html`<li><button type="button" @click=${() => this.add(party.id)}>${party.displayName} <span class="quiet">${words(party.kind)}, ${party.id.slice(-6)}</span></button></li>`)}</ul>
      </section>
      ${this.preview ? this.steps(this.preview) : html`<p class="quiet">A merge needs two parties.</p>`}
    </div>`;
  }

  private survivors(): unknown {
    const best = suggested(this.parties);
    const choose = (id: string) => {
      this.survivorId = id;
      void this.look();
    };
    return html`<fieldset><legend class="quiet">The others are merged into it</legend>${this.parties.map(
      (party) => html`<label><input type="radio" name="survivor" .checked=${party.id === this.survivorId} @change=${() => choose(party.id)} />
        <span><a href=${link(`/parties/${party.id}`)}>${party.displayName}</a> <span class="quiet">${party.primaryEmail ?? ''} · ${party.links.length} links · since ${day(party.createdAt)}</span>
          ${this.parties.length > 1 && best?.party.id === party.id ? html`<span class="chip">Suggested: ${best.why}</span>` : nothing}</span></label>`,
    )}</fieldset>`;
  }

  private steps(preview: Preview): unknown {
    if (preview.blockers.length > 0) {
      return html`<wa-callout variant="danger" role="alert"><strong>These parties cannot be merged.</strong>${preview.blockers.map(({ message }) => html`<p>${message}</p>`)}</wa-callout>`;
    }
    return html`
      <section class="card"><h2>2. Which values</h2>${this.values(preview)}</section>
      <section class="card"><h2>3. What it does</h2>${effect(preview)}</section>
      <form class="card stack" @submit=${(event: SubmitEvent) => void this.merge(event)}>
        <h2>4. Why</h2><wa-input name="reason" label="Reason" hint="Kept with the merge, for whoever wonders later." autocomplete="off"></wa-input>
        <p><wa-button type="submit" variant="brand">Merge ${this.parties.length} parties</wa-button></p>
      </form>`;
  }

  private values(preview: Preview): unknown {
    const choose = (field: PartyMergeField, id: string) => {
      this.choices = new Map(this.choices).set(field, id);
      void this.look();
    };
    const reset = () => {
      this.choices = new Map();
      void this.look();
    };
    const fields = preview.fields.filter(({ isConflict, rule }) => isConflict || rule === 'STEWARD');
    if (fields.length === 0) return html`<p class="quiet">Nothing that they have differs.</p>`;
    return html`${fields.map(
      ({ field, rule, partyId, candidates }) => html`<fieldset><legend>${words(field)} <span class="quiet">${rule === 'STEWARD' ? 'your choice' : `by the rule: ${words(rule)}`}</span></legend>
        ${candidates.map((candidate) => html`<label><input type="radio" name=${field} .checked=${candidate.partyId === partyId} @change=${() => choose(field, candidate.partyId)} /><span><bdi>${candidate.value ?? `of ${this.nameOf(candidate.partyId)}`}</bdi></span></label>`)}</fieldset>`,
    )}
    ${this.choices.size > 0 ? html`<wa-button size="small" appearance="outlined" @click=${reset}>Reset to the rules</wa-button>` : nothing}`;
  }

  private nameOf(partyId: string): string {
    return this.parties.find(({ id }) => id === partyId)?.displayName ?? partyId;
  }
}
