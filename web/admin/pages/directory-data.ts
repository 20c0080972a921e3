// Asks for the directory: a page of a list or of a search, and all pages as CSV.
import { ask } from '../client';
import { lastTwelveMonths } from '../format';
import { type DirectoryRowFragment, PartiesDocument, SearchDocument } from '../gen/operations';
import { line } from '../parts/csv';
import { may } from '../session';
import { type DirectoryState, filterOf } from './directory-state';

/** One party of the directory. */
export type Row = DirectoryRowFragment;

/** A page of the directory. */
export interface Rows {
  nodes: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** A page: of the search when there is a text, or else of the list. */
export async function page(state: DirectoryState, first: number, signal?: AbortSignal): Promise<Rows> {
  const shared = { filter: filterOf(state), first, after: state.after, pii: may('party:pii'), money: may('revenue:read'), period: lastTwelveMonths() };
  if (state.query.trim()) return (await ask(SearchDocument, { ...shared, query: state.query }, signal)).searchParties ?? NONE;
  return (await ask(PartiesDocument, { ...shared, order: state.order }, signal)).parties ?? NONE;
}

const NONE: Rows = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** The whole result as lines of CSV, page after page, so that no list is too long. */
export async function* csv(state: DirectoryState, signal: AbortSignal): AsyncGenerator<{ text: string; rows: number }> {
  yield { text: line(['id', 'name', 'kind', 'status', 'roles', 'email', 'phone', 'links', 'revenue_12_months', 'changed']), rows: 0 };
  let after: string | null = null;
  do {
    const { nodes, pageInfo } = await page({ ...state, after }, 100, signal);
    yield { text: nodes.map((row) => line(cells(row))).join(''), rows: nodes.length };
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
}

function cells(row: Row): string[] {
  const roles = row.roles.filter((role) => !role.validTo).map((role) => role.role.code);
  const links = row.links.map(({ sourceRecord: record }) => `${record.system}/${record.type}/${record.id}`);
  const revenue = (row.revenue ?? []).map((sum) => `${sum.gross.amount} ${sum.currency}`);
  const contact = [row.primaryEmail ?? '', row.primaryPhone ?? ''];
  return [row.id, row.displayName, row.kind, row.status, roles.join(' '), ...contact, links.join(' '), revenue.join(' '), row.updatedAt];
}
