// The revenue dashboard: what came in and went out in a period, by channel and month, and by whom.
import { html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { ask, messageOf } from '../client';
import { count, lastTwelveMonths, money } from '../format';
import { CurrenciesDocument, RevenueDocument, type RevenueQuery } from '../gen/operations';
import { Page } from '../page';
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
      <section class="card"><h2>Gross by channel and month</h2><div class="picture" aria-hidden="true"></div></section>
      <div class="cards"><section class="card"><h2>Figures</h2>${this.table(answer.rows ?? [])}</section>
        <section class="card"><h2>Top parties</h2><table><thead><tr><th scope="col">Party</th><th scope="col" class="number">Gross</th></tr></thead><tbody>
          ${(answer.topParties ?? []).map(({ party, amount }) => html`<tr><td><a href=${link(`/parties/${party.id}`)}>${party.displayName}</a></td><td class="number">${money(amount)}</td></tr>`)}</tbody></table></section></div>`;
  }

  private table(rows: Rows): unknown {
    const labels = this.labels();
    return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Month</th><th scope="col">Channel</th><th scope="col" class="number">Gross</th><th scope="col" class="number">Payouts</th><th scope="col" class="number">Net</th></tr></thead>
      <tbody>${[...rows]
        .sort((one, other) => (other.month ?? '').localeCompare(one.month ?? ''))
        .map((row) => html`<tr><td class="whole">${row.month}</td><td>${labels.get(row.channel ?? '') ?? row.channel}</td>${[row.gross, row.payouts, row.net].map((amount) => html`<td class="number">${money(amount)}</td>`)}</tr>`)}</tbody></table></div>`;
  }
}
