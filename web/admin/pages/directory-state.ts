// What the directory shows, read from its address and written into it: every view can be sent to somebody.
import type { PartyFilter, PartyKind, PartyOrder, PartyStatus } from '../gen/operations';

/** The columns beside the name, in their order. */
export const COLUMNS = {
  kind: 'Kind',
  roles: 'Roles',
  email: 'E-mail',
  phone: 'Phone',
  links: 'Links',
  revenue: 'Revenue, 12 months',
  changed: 'Changed',
} as const;

/** One of them. */
export type Column = keyof typeof COLUMNS;

const ALL = Object.keys(COLUMNS) as Column[];

/** The orders that the directory offers. */
export const ORDERS: [PartyOrder, string][] = [
  ['NAME_ASC', 'Name, A to Z'],
  ['NAME_DESC', 'Name, Z to A'],
  ['UPDATED_AT_DESC', 'Changed last'],
  ['UPDATED_AT_ASC', 'Changed longest ago'],
  ['CREATED_AT_DESC', 'Newest'],
  ['CREATED_AT_ASC', 'Oldest'],
];

/** What is shown. */
export interface DirectoryState {
  query: string;
  kind: PartyKind | null;
  statuses: PartyStatus[];
  roles: string[];
  systems: string[];
  order: PartyOrder;
  after: string | null;
  columns: Column[];
}

/** Reads it from an address; what makes no sense there is left out. */
export function read(parameters: URLSearchParams): DirectoryState {
  const kind = parameters.get('kind');
  const order = parameters.get('sort');
  const columns = parameters.get('columns')?.split(',');
  return {
    query: parameters.get('q') ?? '',
    kind: kind === 'PERSON' || kind === 'ORGANIZATION' ? kind : null,
    statuses: parameters.getAll('status').filter((status): status is PartyStatus => ['ACTIVE', 'INACTIVE', 'MERGED', 'ERASED'].includes(status)),
    roles: parameters.getAll('role'),
    systems: parameters.getAll('system'),
    order: ORDERS.find(([known]) => known === order)?.[0] ?? 'NAME_ASC',
    after: parameters.get('after'),
    columns: columns ? ALL.filter((column) => columns.includes(column)) : ALL,
  };
}

/** Writes it as an address; what is usual is left out. */
export function write(state: DirectoryState): URLSearchParams {
  const parameters = new URLSearchParams();
  if (state.query) parameters.set('q', state.query);
  if (state.kind) parameters.set('kind', state.kind);
  for (const status of state.statuses) parameters.append('status', status);
  for (const role of state.roles) parameters.append('role', role);
  for (const system of state.systems) parameters.append('system', system);
  if (state.order !== 'NAME_ASC') parameters.set('sort', state.order);
  if (state.columns.length < ALL.length) parameters.set('columns', state.columns.join(','));
  if (state.after) parameters.set('after', state.after);
  return parameters;
}

/** The filter as the graph takes it. */
export function filterOf(state: DirectoryState): PartyFilter {
  return { kind: state.kind, statuses: state.statuses, roles: state.roles, linkedSystems: state.systems };
}

/** Whether there is a filter or search at all. */
export function isNarrowed(state: DirectoryState): boolean {
  return Boolean(state.query || state.kind || state.statuses.length || state.roles.length || state.systems.length);
}
