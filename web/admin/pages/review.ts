// The review queue: what waits for a steward, the surest first, and what was decided.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, messageOf } from '../client';
import { lastTwelveMonths, moment, money, words } from '../format';
import { ReviewListDocument, type ReviewRowFragment } from '../gen/operations';
import { Page } from '../page';
import { signed } from '../parts/waterfall';
import { go, link, path, query } from '../router';
import { may } from '../session';
import { claimNext, forgetSkipped, last, undo } from './review-queue';
import './review.css';

@customElement('party-review')
export class PartyReview extends Page {
  @state() private rows: ReviewRowFragment[] | null = null;
  @state() private cursor: string | null = null;
  @state() private failure = '';
  @state() private isEmpty = false;

  private readonly routed = () => path() === '/review' && void this.load();

  private readonly key = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === 'z' && !event.ctrlKey && !event.metaKey && !event.altKey) void this.undo();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-route', this.routed);
    document.addEventListener('keydown', this.key);
    forgetSkipped();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('party-route', this.routed);
    document.removeEventListener('keydown', this.key);
  }

  protected override online(): void {
    void this.load();
  }

  private isDecided(): boolean {
    return query().get('status') === 'decided';
  }

  private async load(after: string | null = null): Promise<void> {
    const shared = { after, pii: may('party:pii'), money: may('revenue:read'), period: lastTwelveMonths() };
    try {
      const found = (await ask(ReviewListDocument, { ...shared, status: this.isDecided() ? 'DECIDED' : 'OPEN' })).matchTasks;
      // Tasks that somebody works on stand in a list of their own, which is short: they are shown among the others.
      const leased = after || this.isDecided() ? null : (await ask(ReviewListDocument, { ...shared, status: 'LEASED' })).matchTasks;
      const rows = [...(after ? (this.rows ?? []) : []), ...(found?.nodes ?? []), ...(leased?.nodes ?? [])];
      this.rows = this.isDecided() ? rows : rows.sort((one, other) => other.priority - one.priority);
      this.cursor = found?.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
      this.failure = '';
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async begin(): Promise<void> {
    try {
      const id = await claimNext();
      if (id) go(link(`/review/${id}`));
      else this.isEmpty = true;
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async undo(): Promise<void> {
    const decided = last();
    if (!decided) return;
    try {
      await undo(decided.id);
      go(link(`/review/${decided.id}`));
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  override render(): unknown {
    const decided = last();
    const tab = (text: string, status: string | null, isHere: boolean) => html`<a href=${link('/review', status ? new URLSearchParams({ status }) : undefined)} aria-current=${isHere ? 'page' : nothing}>${text}</a>`;
    return html`<div class="stack">
      <div class="bar"><h1>Review</h1><span class="grow"></span>
        ${decided ? html`<wa-button size="small" appearance="outlined" @click=${() => void this.undo()}>Undo “${words(decided.decision)}” <kbd>Z</kbd></wa-button>` : nothing}
        <wa-button variant="brand" @click=${() => void this.begin()}>Start reviewing</wa-button></div>
      <nav class="tabs" aria-label="Which tasks">${tab('Waiting', null, !this.isDecided())}${tab('Decided', 'decided', this.isDecided())}</nav>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.isEmpty ? html`<wa-callout variant="neutral" role="status">Nothing waits that nobody works on.</wa-callout>` : nothing}
      ${this.rows ? this.list(this.rows) : this.failure ? nothing : html`<p class="quiet" role="status">Loading …</p>`}
    </div>`;
  }

  private list(rows: ReviewRowFragment[]): unknown {
    if (rows.length === 0) {
      return this.isDecided()
        ? html`<p><strong>Nothing was decided yet.</strong></p>`
        : html`<p><strong>Nothing waits for you.</strong> Tasks come from engines that bring in somebody doubtful, and from the <a href=${link('/jobs')}>job that links records</a>.</p>`;
    }
    return html`<div class="scroll" tabindex="0"><table>
        <thead><tr><th scope="col">Who</th><th scope="col">May be</th><th scope="col" class="number">Score</th><th scope="col" class="number">Revenue, 12 months</th><th scope="col">Asked</th><th scope="col">${this.isDecided() ? 'Decided' : 'Works on it'}</th></tr></thead>
        <tbody>${rows.map((row) => this.row(row))}</tbody>
      </table></div>
      ${this.cursor ? html`<p><wa-button size="small" appearance="outlined" @click=${() => void this.load(this.cursor)}>More</wa-button></p>` : nothing}`;
  }

  private row(row: ReviewRowFragment): unknown {
    const record = row.sourceRecord;
    const key = record ? `${record.system} / ${record.type} / ${record.id}` : '';
    return html`<tr>
      <td class="name"><a class="clamp" href=${link(`/review/${row.id}`)}><bdi>${record ? (record.displayName ?? key) : (row.party?.displayName ?? 'A party that is gone')}</bdi></a>${record ? html`<div class="quiet">${record.displayName ? key : 'record'}</div>` : nothing}</td>
      <td class="name"><span class="clamp"><bdi>${row.candidate?.displayName ?? 'A party that is gone'}</bdi></span></td>
      <td class="number">${signed(row.priority)}</td>
      <td class="number">${(row.candidate?.revenue ?? []).map(({ gross }) => html`<div>${money(gross)}</div>`)}</td>
      <td>${moment(row.openedAt)}<div class="quiet">by ${row.openedBy}</div></td>
      <td>${row.decision && row.decidedAt ? html`<span class="chip">${words(row.decision)}</span><div class="quiet">${moment(row.decidedAt)} by ${row.decidedBy}</div>` : holder(row)}</td>
    </tr>`;
  }
}

function holder({ leasedBy, leasedUntil }: ReviewRowFragment): unknown {
  if (!leasedBy || !leasedUntil || Date.parse(leasedUntil) < Date.now()) return html`<span class="quiet">nobody</span>`;
  return html`${leasedBy}<div class="quiet">until ${moment(leasedUntil)}</div>`;
}
