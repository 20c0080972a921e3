// The revenue of a party: sums by channel and by month, one table for each currency.
import { html } from 'lit';
import { count, money } from '../format';
import { may } from '../session';
import { hidden } from './directory-table';
import type { ShownParty } from './party';

type Sums = NonNullable<ShownParty['revenue']>[number];
type Row = Pick<Sums, 'gross' | 'payouts' | 'net'>;

/** Everything that the party paid and was paid. */
export function revenue(party: ShownParty): unknown {
  if (!may('revenue:read')) return hidden('revenue:read');
  const sums = party.revenue ?? [];
  if (sums.length === 0) return html`<p class="quiet">No entries.</p>`;
  return sums.map(
    (sum) => html`<p><strong>${sum.currency}</strong> <span class="quiet">from ${count(sum.entryCount)} ${sum.entryCount === 1 ? 'entry' : 'entries'}</span></p>
      <div class="cards">
        ${table('Channel', sum, sum.byChannel.map((row): [string, Row] => [row.channel.label, row]))}
        ${table('Month', sum, sum.byMonth.map((row): [string, Row] => [row.month, row]))}
      </div>`,
  );
}

function table(heading: string, total: Row, rows: [string, Row][]): unknown {
  const cells = (row: Row) => [row.gross, row.payouts, row.net].map((amount) => html`<td class="number">${money(amount)}</td>`);
  return html`<div class="scroll" tabindex="0"><table>
    <thead><tr><th scope="col">${heading}</th><th scope="col" class="number">Gross</th><th scope="col" class="number">Payouts</th><th scope="col" class="number">Net</th></tr></thead>
    <tbody>${rows.map(([name, row]) => html`<tr><td>${name}</td>${cells(row)}</tr>`)}<tr><th scope="row">Total</th>${cells(total)}</tr></tbody>
  </table></div>`;
}
