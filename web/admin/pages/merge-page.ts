// The page of one merge: what was decided, and the way back.
import '@awesome.me/webawesome/dist/components/input/input.js';
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask, done, messageOf } from '../client';
import { count, moment, words } from '../format';
import { MergePageDocument, type MergePageQuery, UnmergePartiesDocument, type UnmergePartiesMutation } from '../gen/operations';
import { Page } from '../page';
import { link } from '../router';
import { may } from '../session';

@customElement('party-merge-page')
export class PartyMergePage extends Page {
  @property() mergeId = '';
  @state() private merge: MergePageQuery['partyMerge'] = null;
  @state() private cameAfter: NonNullable<UnmergePartiesMutation['unmergeParties']>['cameAfter'] = [];
  @state() private failure = '';

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('mergeId')) void this.load();
  }

  protected override online(): void {
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.merge = (await ask(MergePageDocument, { id: this.mergeId })).partyMerge;
      this.failure = this.merge ? '' : 'There is no such merge.';
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async undo(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = this.querySelector('wa-input')?.value || null;
    try {
      this.cameAfter = done((await ask(UnmergePartiesDocument, { input: { absorbedIds: [this.merge?.absorbedId ?? ''], reason } })).unmergeParties).cameAfter;
      await this.load();
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    const { merge } = this;
    return html`<div class="stack">
      <h1>Merge</h1>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${merge ? this.facts(merge) : nothing}
    </div>`;
  }

  private facts(merge: NonNullable<MergePageQuery['partyMerge']>): unknown {
    return html`
      <section class="card"><dl>
        <dt>Went on</dt><dd><a href=${link(`/parties/${merge.survivorId}`)}>${merge.survivor?.displayName ?? merge.survivorId}</a></dd>
        <dt>Was merged into it</dt><dd><a href=${link(`/parties/${merge.absorbedId}`)}><code>${merge.absorbedId}</code></a></dd>
        <dt>When</dt><dd>${moment(merge.mergedAt)} by ${merge.mergedBy}</dd>
        <dt>Why</dt><dd>${merge.reason ?? '–'}</dd>
        <dt>State</dt><dd><span class="chip ${merge.state === 'UNMERGED' ? 'ended' : ''}">${merge.state === 'UNMERGED' ? 'Taken back' : words(merge.state)}</span></dd>
        ${merge.decisions.map(({ field, rule }) => html`<dt>${words(field)}</dt><dd>${words(rule)}</dd>`)}
        ${merge.acknowledgements.map(({ system, step, state, error }) => html`<dt>${system}</dt><dd>${words(step)}: ${words(state)}${error ? `, ${error}` : ''}</dd>`)}
      </dl></section>
      ${merge.unmergedAt ? this.takenBack(merge) : may('party:steward') ? this.wayBack() : nothing}`;
  }

  private takenBack(merge: NonNullable<MergePageQuery['partyMerge']>): unknown {
    return html`<section class="card"><h2>Taken back</h2><p>${moment(merge.unmergedAt ?? '')} by ${merge.unmergedBy}${merge.unmergeReason ? `: ${merge.unmergeReason}` : ''}</p>
      ${this.cameAfter.map(({ kind, count: number, partyId }) => html`<p>${count(number)} × ${words(kind)} came after the merge; now with <a href=${link(`/parties/${partyId}`)}><code>${partyId}</code></a>.</p>`)}</section>`;
  }

  private wayBack(): unknown {
    return html`<form class="card stack" @submit=${(event: SubmitEvent) => void this.undo(event)}>
      <h2>Undo</h2><p>Both parties are as they were, with their own names, roles, links and revenue. What came after the merge goes to the party it was meant for, and stays with the survivor where nobody can tell.</p>
      <wa-input label="Reason" autocomplete="off"></wa-input><p><wa-button type="submit" variant="danger" appearance="outlined">Undo the merge</wa-button></p></form>`;
  }
}
