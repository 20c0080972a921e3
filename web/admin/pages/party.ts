// The page of one party: who it is, how to reach it, what it is to the company, its money and its history.
import '@awesome.me/webawesome/dist/components/copy-button/copy-button.js';
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask, messageOf, Problem } from '../client';
import { day, words } from '../format';
import { PartyPageDocument, type PartyPageQuery } from '../gen/operations';
import { Page } from '../page';
import { bar } from '../parts/timeline';
import { link } from '../router';
import { authorization, may } from '../session';
import { hidden } from './directory-table';
import '../../party-links/define';
import './party-entries';
import './party-names';
import './party-shared';
import { history } from './party-history';
import { revenue } from './party-revenue';

/** A party as its page shows it. */
export type ShownParty = NonNullable<PartyPageQuery['party']>;

type Events = NonNullable<ShownParty['history']>['nodes'];

/** How the links widget asks: as everything else here, with the token. */
const request = (body: object) =>
  fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json', ...authorization() }, body: JSON.stringify(body) });

@customElement('party-page')
export class PartyPage extends Page {
  /** The id of the address, which may be an old one. */
  @property() partyId = '';
  @state() private party: ShownParty | null = null;
  @state() private events: Events = [];
  @state() private failure = '';
  @state() private isMissing = false;

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('partyId')) void this.load();
  }

  protected override online(): void {
    void this.load();
  }

  private async load(after: string | null = null): Promise<void> {
    try {
      const { party } = await ask(PartyPageDocument, { id: this.partyId, pii: may('party:pii'), money: may('revenue:read'), after });
      this.party = party;
      this.events = after ? [...this.events, ...(party?.history?.nodes ?? [])] : (party?.history?.nodes ?? []);
      this.failure = '';
      this.isMissing = !party;
      if (party) document.title = `${party.displayName} · Party`;
    } catch (error) {
      this.isMissing = error instanceof Problem && ['PARTY_NOT_FOUND', 'INVALID_ID'].includes(error.code);
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    if (this.isMissing) return html`<h1>There is no such party</h1><p>Nobody has the id <code>${this.partyId}</code>.</p><p><a href=${link('/')}>To the Party Directory</a></p>`;
    const { party } = this;
    if (!party) return this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : html`<p class="quiet" role="status">Loading …</p>`;
    return html`<div class="stack">
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.oldId(party)}
      ${this.heading(party)}
      <div class="cards">
        <section class="card"><h2>Names</h2><party-names .party=${party} @saved=${() => void this.load()}></party-names></section>
        <section class="card"><h2>Contact points</h2>${contacts(party)}</section>
        <section class="card"><h2>Roles</h2>${roles(party)}</section>
        <section class="card"><h2>Relationships and identifiers</h2>${relations(party)}</section>
        <section class="card"><h2>Links</h2><party-links party-id=${party.id} ?editable=${may('party:link')} .request=${request} @party-linked=${() => void this.load()} @party-unlinked=${() => void this.load()}></party-links></section>
        <section class="card wide"><h2>Revenue</h2>${revenue(party)}${(party.revenue ?? []).length > 0 ? html`<party-entries .partyId=${party.id}></party-entries>` : nothing}</section>
        <section class="card wide"><h2>History</h2>${history(this.events)}
          ${party.history?.pageInfo.hasNextPage ? html`<wa-button size="small" appearance="outlined" @click=${() => void this.load(party.history?.pageInfo.endCursor)}>Earlier</wa-button>` : nothing}</section>
      </div>
    </div>`;
  }

  private oldId(party: ShownParty): unknown {
    if (this.partyId.toLowerCase() === party.canonicalId) return nothing;
    return html`<wa-callout variant="neutral"><wa-icon slot="icon" name="info-circle"></wa-icon>
      <code>${this.partyId}</code> was merged into this party. Whatever names the old id is led here.</wa-callout>`;
  }

  private heading(party: ShownParty): unknown {
    return html`<header>
      <h1><span class="clamp"><bdi>${party.displayName}</bdi></span></h1>
      <p class="bar">
        <span class="chip engine">${words(party.kind)}</span>
        <span class="chip ${party.status === 'ACTIVE' ? '' : 'ended'}">${words(party.status)}</span>
        <code>${party.canonicalId}</code><wa-copy-button value=${party.canonicalId} copy-label="Copy the id"></wa-copy-button>
        <span class="quiet">Made ${day(party.createdAt)}, changed ${day(party.updatedAt)}</span>
        ${may('party:steward') && party.status === 'ACTIVE' ? html`<a href=${link('/merge', new URLSearchParams({ party: party.id }))}>Merge with another party</a>` : nothing}
      </p>
    </header>`;
  }
}

function contacts(party: ShownParty): unknown {
  const points = (party.contactPoints ?? []).filter((point) => !point.validTo);
  if (points.length === 0) return html`<p class="quiet">None.</p>`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Kind</th><th scope="col">Value</th><th scope="col">Use</th></tr></thead><tbody>
    ${points.map(
      (point) => html`<tr><td class="whole">${words(point.kind)}</td><td><bdi>${may('party:pii') ? point.value : hidden('party:pii')}</bdi>
        ${point.verifiedAt ? html`<wa-icon name="patch-check" label="Verified by ${point.verifiedBy ?? ''} on ${day(point.verifiedAt)}"></wa-icon>` : nothing}</td>
        <td>${point.isPrimary ? html`<span class="chip">First choice</span>` : nothing}${point.purposes.map((purpose) => html`<span class="chip engine">${words(purpose)}</span>`)}
        ${point.isShared ? html`<party-shared .value=${point.value ?? ''}></party-shared>` : nothing}</td></tr>`,
    )}</tbody></table></div>`;
}

function roles(party: ShownParty): unknown {
  if (party.roles.length === 0) return html`<p class="quiet">None.</p>`;
  const spans = party.roles.map(({ validFrom, validTo }) => ({ from: validFrom, to: validTo }));
  const who = (role: ShownParty['roles'][number]) => `by ${role.assignedBy}${role.validTo ? `, ended by ${role.endedBy}${role.endReason ? `: ${role.endReason}` : ''}` : ''}`;
  return html`<ol class="roles">${[...party.roles]
    .sort((one, other) => one.validFrom.localeCompare(other.validFrom))
    .map(
      (role) => html`<li><div class="bar"><span class="chip ${role.validTo ? 'ended' : ''}">${role.role.label}</span>${role.isPrimary ? html`<span class="quiet">primary</span>` : nothing}<span class="grow"></span>
        <span>${day(role.validFrom)} – ${role.validTo ? day(role.validTo) : 'now'}</span></div>
        ${bar({ from: role.validFrom, to: role.validTo }, spans)}<div class="quiet">${who(role)}</div></li>`,
    )}</ol>`;
}

function relations(party: ShownParty): unknown {
  if (party.relationships.length + party.identifiers.length + party.merges.length === 0) return html`<p class="quiet">None.</p>`;
  return html`<dl>
    ${party.relationships.map((relation) => html`<dt>${relation.label}</dt><dd>${relation.party ? html`<a href=${link(`/parties/${relation.party.id}`)}>${relation.party.displayName}</a>` : nothing}${relation.title ? html` (${relation.title})` : nothing}</dd>`)}
    ${party.identifiers.map((identifier) => html`<dt>${identifier.scheme}</dt><dd>${identifier.displayValue ?? hidden('party:pii')}</dd>`)}
    ${party.merges.map((merge) => html`<dt>${merge.state === 'UNMERGED' ? 'Merge, taken back' : 'Merge'}</dt><dd><a href=${link(`/merges/${merge.id}`)}>${day(merge.mergedAt)} by ${merge.mergedBy}</a></dd>`)}
  </dl>`;
}
