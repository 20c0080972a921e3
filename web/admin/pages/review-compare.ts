// Somebody beside the party that it may be: what is equal is quiet, what is similar shows its letters, what contradicts is red.
import { html, nothing } from 'lit';
import { day, money, words } from '../format';
import type { ReviewPartyFragment, ReviewTaskQuery } from '../gen/operations';
import { type Difference, difference, isSame, type Piece } from '../parts/difference';
import { link } from '../router';

type Task = NonNullable<ReviewTaskQuery['matchTask']>;

/** What one side says under each heading; headings that both leave out are not shown. */
type Said = Record<string, string[]>;

/** From which likeness on two values are similar, and do not contradict. */
const SIMILAR = 0.6;

/** Longer values scroll in their place. */
const LONG = 300;

/** Headings under which values are compared; the others only stand there. */
const COMPARED = new Set(['Kind', 'Name', 'Given name', 'Family name', 'Organisation', 'E-mail', 'Phone', 'Address', 'Web', 'Identifier']);

/** Both sides as a table. */
export function compare(task: Task): unknown {
  const left = task.sourceRecord ? ofRecord(task.sourceRecord) : task.party ? ofParty(task.party) : {};
  const right = task.candidate ? ofParty(task.candidate) : {};
  const headings = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((heading) => (left[heading]?.length ?? 0) + (right[heading]?.length ?? 0) > 0);
  return html`<div class="scroll" tabindex="0"><table class="compare">
    <thead><tr><th scope="col"><span class="hidden">What</span></th><th scope="col">${who(task)}</th><th scope="col">${task.candidate ? party(task.candidate, 'party') : 'A party that is gone'}</th></tr></thead>
    <tbody>${headings.map((heading) => row(heading, left[heading] ?? [], right[heading] ?? []))}</tbody>
  </table></div>`;
}

function who({ sourceRecord: record, party: subject }: Task): unknown {
  if (record) return html`<span class="quiet">The record</span><div class="title">${record.system} / ${record.type} / ${record.id}</div>`;
  return subject ? party(subject, 'new party') : 'A party that is gone';
}

function party({ id, displayName }: ReviewPartyFragment, what: string): unknown {
  return html`<span class="quiet">The ${what}</span><div class="title"><a href=${link(`/parties/${id}`)} target="_blank"><bdi>${displayName}</bdi></a></div>`;
}

function ofRecord(record: NonNullable<Task['sourceRecord']>): Said {
  const { presented } = record;
  return {
    Name: some(record.displayName),
    'Given name': some(presented?.givenName),
    'Family name': some(presented?.familyName),
    Organisation: some(presented?.organizationName),
    'E-mail': some(record.email ?? presented?.email),
    Phone: some(record.phone ?? presented?.phone),
    Address: some(presented?.address),
    Links: record.link ? [`to ${record.link.party?.displayName ?? 'a party'}`] : [],
    'Known since': record.receivedAt ? [day(record.receivedAt)] : [],
  };
}

function ofParty(party: ReviewPartyFragment): Said {
  const points = (kind: string) => (party.contactPoints ?? []).filter((point) => point.kind === kind).flatMap((point) => some(point.value));
  return {
    Kind: [words(party.kind)],
    Name: [party.displayName],
    'Given name': some(party.givenName),
    'Family name': some(party.familyName),
    Organisation: some(party.legalName),
    'E-mail': points('EMAIL'),
    Phone: points('PHONE'),
    Address: points('ADDRESS'),
    Web: points('WEB'),
    Identifier: (party.identifiers ?? []).map(({ scheme, displayValue }) => `${scheme} ${displayValue}`),
    Roles: party.roles.map(({ role }) => role.label),
    Links: party.links.map(({ sourceRecord: { system, type, id } }) => `${system} / ${type} / ${id}`),
    'Revenue, 12 months': (party.revenue ?? []).map(({ gross }) => money(gross)),
    'Known since': [day(party.createdAt)],
  };
}

function some(value: string | null | undefined): string[] {
  return value ? [value] : [];
}

function row(heading: string, left: string[], right: string[]): unknown {
  const { state, nearest } = COMPARED.has(heading) ? judged(left, right) : { state: 'alone', nearest: null };
  const cell = (values: string[], pieces: Piece[] | undefined) => html`<td>${values.map((value) => {
    const isNearest = pieces && pieces.map(({ text }) => text).join('') === value;
    return html`<div class=${value.length > LONG ? 'long' : ''} tabindex=${value.length > LONG ? 0 : nothing}><bdi>${isNearest ? pieces.map(({ text, isShared }) => (isShared ? text : html`<mark>${text}</mark>`)) : value}</bdi></div>`;
  })}</td>`;
  const told = { equal: 'equal', similar: 'similar', contradicts: 'contradicts' }[state];
  return html`<tr class=${state}><th scope="row">${heading}${told ? html`<span class="verdict">${told}</span>` : nothing}</th>${cell(left, nearest?.left)}${cell(right, nearest?.right)}</tr>`;
}

/** The best that any value of one side has on the other. */
function judged(left: string[], right: string[]): { state: string; nearest: Difference | null } {
  if (left.length === 0 || right.length === 0) return { state: 'alone', nearest: null };
  const pairs = left.flatMap((one) => right.map((other): [string, string] => [one, other]));
  if (pairs.some(([one, other]) => isSame(one, other))) return { state: 'equal', nearest: null };
  const [nearest] = pairs.map(([one, other]) => difference(one, other)).sort((one, other) => other.likeness - one.likeness);
  if (!nearest || nearest.likeness < SIMILAR) return { state: 'contradicts', nearest: null };
  return { state: 'similar', nearest };
}
