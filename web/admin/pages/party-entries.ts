// The entries of a party's revenue: what its sums are made of, the newest first, and all of them as a file.
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ask, messageOf } from '../client';
import { count, moment, money } from '../format';
import { EntriesDocument, type EntriesQuery } from '../gen/operations';
import { Page } from '../page';
import { line, save } from '../parts/csv';

type Entries = NonNullable<EntriesQuery['revenueEntries']>;
type Entry = Entries['nodes'][number];

@customElement('party-entries')
export class PartyEntries extends Page {
  @property({ attribute: false }) partyId = '';
  @state() private entries: Entry[] = [];
  @state() private cursor: string | null = null;
  @state() private isShown = false;
  @state() private exported: number | null = null;
  @state() private failure = '';

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('partyId')) [this.isShown, this.entries, this.cursor] = [false, [], null];
  }

  private async page(after: string | null): Promise<Entries | null> {
    return (await ask(EntriesDocument, { partyId: this.partyId, after })).revenueEntries;
  }

  private async load(after: string | null = null): Promise<void> {
    try {
      const page = await this.page(after);
      this.entries = [...(after ? this.entries : []), ...(page?.nodes ?? [])];
      this.cursor = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      [this.isShown, this.failure] = [true, ''];
    } catch (error) {
      this.failure = messageOf(error);
    }
  }

  private async export(): Promise<void> {
    this.exported = 0;
    try {
      const lines = [line(['occurred_at', 'channel', 'direction', 'amount', 'currency', 'system', 'type', 'id', 'note'])];
      let after: string | null = null;
      do {
        const page: Entries | null = await this.page(after);
        for (const { occurredAt, channel, direction, amount, source, note } of page?.nodes ?? []) {
          lines.push(line([occurredAt, channel.label, direction, amount.amount, amount.currency, source.system, source.type, source.id, note ?? '']));
        }
        this.exported = lines.length - 1;
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after);
      save(lines, `entries-${this.partyId}.csv`);
    } catch (error) {
      this.failure = `The export broke off: ${messageOf(error)}`;
    }
    this.exported = null;
  }

  override render(): unknown {
    const button = (text: string, act: () => void) => html`<wa-button size="small" appearance="outlined" @click=${act}>${text}</wa-button>`;
    return html`
      ${this.failure ? html`<wa-callout variant="danger" role="alert">${this.failure}</wa-callout>` : nothing}
      ${this.isShown ? this.table() : nothing}
      <p class="bar">${this.isShown ? nothing : button('Show the entries', () => void this.load())}${this.cursor ? button('Older entries', () => void this.load(this.cursor)) : nothing}
        ${this.exported === null ? button('Export the entries', () => void this.export()) : html`<span role="status">${count(this.exported)} exported …</span>`}</p>`;
  }

  private table(): unknown {
    return html`<div class="scroll" tabindex="0"><table class="entries">
      <thead><tr><th scope="col">When</th><th scope="col">Channel</th><th scope="col">Record</th><th scope="col">Note</th><th scope="col" class="number">Paid</th><th scope="col" class="number">Was paid</th></tr></thead>
      <tbody>${this.entries.map(
        ({ occurredAt, channel, source, note, direction, amount }) => html`<tr><td class="whole">${moment(occurredAt)}</td><td>${channel.label}</td><td class="name">${source.system} / ${source.type} / ${source.id}</td><td><span class="clamp" title=${note ?? ''}>${note}</span></td>
          <td class="number">${direction === 'INFLOW' ? money(amount) : nothing}</td><td class="number">${direction === 'OUTFLOW' ? money(amount) : nothing}</td></tr>`,
      )}</tbody></table></div>`;
  }
}
