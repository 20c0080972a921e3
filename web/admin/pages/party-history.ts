// The history of a party: who changed what, and when.
import { html, nothing } from 'lit';
import { moment, words } from '../format';
import type { ShownParty } from './party';

type Events = NonNullable<ShownParty['history']>['nodes'];

/** Events, the latest first. */
export function history(events: Events): unknown {
  if (events.length === 0) return html`<p class="quiet">Nothing was changed yet.</p>`;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Details</th></tr></thead>
    <tbody>${events.map((event) => html`<tr><td class="whole">${moment(event.at)}</td><td>${event.actor}</td><td class="whole">${words(event.type)}</td><td class="contact">${details(event.payload)}</td></tr>`)}</tbody></table></div>`;
}

function details(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return nothing;
  const fields = Object.entries(payload).filter(([, value]) => isTelling(value));
  return fields.map(([name, value]) => html`<div><span class="quiet">${spaced(name)}</span> ${shown(value)}</div>`);
}

/** Whether there is something to tell: not nothing, and not a list or object of nothing. */
function isTelling(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value !== null && value !== '';
  return 'from' in value || Object.values(value).some(isTelling);
}

/** A value; one with `from` and `to` as the difference that it is. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value.join(', ') : value.map((item) => html`<div>${shown(item)}</div>`);
  if (typeof value !== 'object' || value === null) return html`<bdi>${String(value)}</bdi>`;
  if ('from' in value && 'to' in value) return html`<del>${text(value.from)}</del> → <ins>${text(value.to)}</ins>`;
  return html`${Object.entries(value).filter(([, inner]) => isTelling(inner)).map(([name, inner], i) => html`${i > 0 ? ', ' : ''}${spaced(name)} ${shown(inner)}`)}`;
}

function text(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function spaced(name: string): string {
  return name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
}
