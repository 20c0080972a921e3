// The revenue dashboard: what came in and went out in a period, by channel and month, and by whom.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, messageOf } from '../client';
import { count, lastTwelveMonths, money } from '../format';
import { CurrenciesDocument, RevenueDocument, type RevenueQuery } from '../gen/operations';
import { Page } from '../page';
import { line, save } from '../parts/csv';
import { go, link, path, query } from '../router';

type Rows = NonNullable<RevenueQuery['rows']>;

@customElement('party-revenue')
export class PartyRevenue extends Page {
  @state() private currencies: string[] = [];
  @state() private answer: RevenueQuery | null = null;
  @state() private failure = '';

  private readonly routed = () => path() === '/revenue' && void this.load();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('party-route', this.routed);
    window.addEventListener('party-theme', this.routed);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('party-route', this.routed);
    window.removeEventListener('party-theme', this.routed);
  }

  protected override online(): void {
    void this.load();
  }

  private shown(): { from: string; to: string; currency: string; channel: string } {
    const [asked, usual] = [query(), lastTwelveMonths()];
    const currency = asked.get('currency') ?? this.currencies[0] ?? '';
    return { from: asked.get('from') ?? usual.from, to: asked.get('to') ?? usual.to, currency, channel: asked.get('channel') ?? '' };
  }

  private async load(): Promise<void> {
    try {
      if (this.currencies.length === 0) {
        const sums = (await ask(CurrenciesDocument, {})).revenueReport ?? [];
        this.currencies = [...sums].sort((one, other) => other.entryCount - one.entryCount).map((sum) => sum.currency);
      }
      const { from, to, currency, channel } = this.shown();
      const channels = channel ? [channel] : null;
      this.answer = await ask(RevenueDocument, { period: { from, to }, filter: { currency: currency || null, channels }, channels, currency: currency || null });
      this.failure = '';
      await this.updateComplete;
      await this.draw(this.answer.rows ?? []);
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async draw(rows: Rows): Promise<void> {
    const place = this.querySelector('.picture');
    if (!place || rows.length === 0) return place?.replaceChildren();
    const { chart } = await import('../parts/revenue-chart');
    place.replaceChildren(...chart(rows, this.labels(), place.clientWidth));
  }

  /** The view of one month and channel alone: who paid and was paid there. */
  private narrowed({ month, channel }: Rows[number]): string {
    const from = `${month}-01`;
    const next = new Date(`${from}T00:00:00Z`);
    next.setUTCMonth(next.getUTCMonth() + 1);
    const { currency } = this.shown();
    return link('/revenue', new URLSearchParams({ from, to: next.toISOString().slice(0, 10), currency, channel: channel ?? '' }));
  }

  private export(rows: Rows): void {
    const labels = this.labels();
    const lines = rows.map((row) => line([row.month ?? '', labels.get(row.channel ?? '') ?? '', row.currency, row.gross.amount, row.payouts.amount, row.net.amount, String(row.entryCount)]));
    const { from, to } = this.shown();
    save([line(['month', 'channel', 'currency', 'gross', 'payouts', 'net', 'entries']), ...lines], `revenue-${from}-${to}.csv`);
  }

  private labels(): Map<string, string> {
    return new Map((this.answer?.channels ?? []).map(({ code, label }) => [code, label]));
  }

  private choose(name: string, event: Event): void {
    const parameters = query();
    parameters.set(name, (event.target as HTMLInputElement).value);
    go(link('/revenue', parameters));
  }

  override render(): unknown {
    const { from, to, currency, channel } = this.shown();
    return html`<div class="stack">
      <div class="bar"><h1>Revenue</h1><span class="grow"></span>
        <label>From <input type="date" .value=${from} @change=${(event: Event) => this.choose('from', event)} /></label>
        <label>to before <input type="date" .value=${to} @change=${(event: Event) => this.choose('to', event)} /></label>
        <label>Currency <select @change=${(event: Event) => this.choose('currency', event)}>${this.currencies.map((code) => html`<option ?selected=${code === currency}>${code}</option>`)}</select></label>
        <label>Channel <select @change=${(event: Event) => this.choose('channel', event)}>
          <option value="">All</option>${(this.answer?.channels ?? []).map(({ code, label }) => html`<option value=${code} ?selected=${code === channel}>${label}</option>`)}</select></label>
      </div>
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.answer ? this.report(this.answer) : html`<p class="quiet" role="status">Loading …</p>`}
    </div>`;
  }

  private report(answer: RevenueQuery): unknown {
    const [total] = answer.totals ?? [];
    if (!total) return html`<p><strong>No entries in this period.</strong> Choose a longer one, or another channel.</p>`;
    return html`
      <div class="figures"><div class="card"><h2>Gross</h2><strong>${money(total.gross)}</strong></div><div class="card"><h2>Payouts</h2><strong>${money(total.payouts)}</strong></div>
        <div class="card"><h2>Net</h2><strong>${money(total.net)}</strong></div><div class="card"><h2>Entries</h2><strong>${count(total.entryCount)}</strong></div></div>
      <section class="card"><h2>By channel and month</h2><p class="quiet">What parties paid stands above the line, what they were paid below it.</p><div class="picture" aria-hidden="true"></div></section>
      <div class="cards"><section class="card"><div class="bar"><h2>Figures</h2><span class="grow"></span><wa-button size="small" appearance="outlined" @click=${() => this.export(answer.rows ?? [])}>Export CSV</wa-button></div>
        ${this.table(answer.rows ?? [])}</section>
        <div class="stack">${this.top('Top parties', 'Gross', answer.topParties ?? [])}${this.top('Paid most by us', 'Payouts', answer.mostPaid ?? [])}</div></div>`;
  }

  private top(heading: string, measure: string, parties: NonNullable<RevenueQuery['topParties']>): unknown {
    if (parties.length === 0) return nothing;
    return html`<section class="card"><h2>${heading}</h2><table><thead><tr><th scope="col">Party</th><th scope="col" class="number">${measure}</th></tr></thead><tbody>
      ${parties.map(({ party, amount }) => html`<tr><td class="name"><a href=${link(`/parties/${party.id}`)}><bdi>${party.displayName}</bdi></a></td><td class="number">${money(amount)}</td></tr>`)}</tbody></table></section>`;
  }

  private table(rows: Rows): unknown {
    const labels = this.labels();
    return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Month</th><th scope="col">Channel</th><th scope="col" class="number">Gross</th><th scope="col" class="number">Payouts</th><th scope="col" class="number">Net</th></tr></thead>
      <tbody>${[...rows]
        .sort((one, other) => (other.month ?? '').localeCompare(one.month ?? ''))
        .map((row) => html`<tr><td class="whole"><a href=${this.narrowed(row)}>${row.month}</a></td><td>${labels.get(row.channel ?? '') ?? row.channel}</td>${[row.gross, row.payouts, row.net].map((amount) => html`<td class="number">${money(amount)}</td>`)}</tr>`)}</tbody></table></div>`;
  }
}
