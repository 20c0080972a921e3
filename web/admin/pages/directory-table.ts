// The table of the directory. The arrow keys go from party to party, Enter opens one.
import { html, nothing } from 'lit';
import { day, money, words } from '../format';
import { link } from '../router';
import { may } from '../session';
import type { Row } from './directory-data';
import { COLUMNS, type Column } from './directory-state';

/** The parties with some columns. */
export function table(rows: Row[], columns: Column[]): unknown {
  return html`<table @keydown=${move}>
    <thead><tr><th scope="col">Name</th>${columns.map((column) => html`<th scope="col" class=${column === 'revenue' ? 'number' : ''}>${COLUMNS[column]}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${name(row)}${columns.map((column) => cell(row, column))}</tr>`)}</tbody>
  </table>`;
}

function name(row: Row): unknown {
  const status = row.status === 'ACTIVE' ? nothing : html` <span class="chip ended">${words(row.status)}</span>`;
  return html`<td class="name"><a class="clamp" href=${link(`/parties/${row.id}`)} title=${row.displayName}><bdi>${row.displayName}</bdi></a>${status}</td>`;
}

function cell(row: Row, column: Column): unknown {
  switch (column) {
    case 'kind':
      return html`<td class="whole">${words(row.kind)}</td>`;
    case 'roles':
      return html`<td>${row.roles.map((role) => html`<span class="chip ${role.validTo ? 'ended' : ''}">${role.role.label}${role.validTo ? html`<span hidden> (ended)</span>` : nothing}</span>`)}</td>`;
    case 'email':
      return html`<td class="contact">${personal(row.primaryEmail)}</td>`;
    case 'phone':
      return html`<td class="whole">${personal(row.primaryPhone)}</td>`;
    case 'links':
      return html`<td>${engines(row).map(([system, records]) => html`<span class="chip engine" title=${records.join('\n')}>${system}${records.length > 1 ? ` ${records.length}` : ''}</span>`)}</td>`;
    case 'revenue':
      return html`<td class="number">${may('revenue:read') ? (row.revenue ?? []).map((sum) => html`<div>${money(sum.gross)}</div>`) : hidden('revenue:read')}</td>`;
    case 'changed':
      return html`<td class="whole">${day(row.updatedAt)}</td>`;
  }
}

function personal(value: string | null | undefined): unknown {
  return may('party:pii') ? (value ?? '') : hidden('party:pii');
}

/** What stands in place of a value that the token may not see. */
export function hidden(scope: string): unknown {
  return html`<span class="quiet" title="Needs the scope ${scope}">••••</span>`;
}

function engines(row: Row): [string, string[]][] {
  const records = new Map<string, string[]>();
  for (const { sourceRecord: record } of row.links) records.set(record.system, [...(records.get(record.system) ?? []), `${record.type} ${record.id}`]);
  return [...records];
}

function move(event: KeyboardEvent): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const by = steps[event.key];
  const links = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLAnchorElement>('td.name a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (by === undefined || at < 0) return;
  event.preventDefault();
  links[at + by]?.focus();
}
