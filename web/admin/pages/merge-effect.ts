// What a merge would hand over.
import { html, nothing } from 'lit';
import { count, money } from '../format';
import type { MergePreviewQuery } from '../gen/operations';

/** The numbers of a preview. */
export function effect(preview: NonNullable<MergePreviewQuery['mergePreview']>): unknown {
  const numbers: [string, number][] = [
    ['Links', preview.links],
    ['Roles', preview.roles],
    ['Contact points', preview.contactPoints],
    ['Identifiers', preview.identifiers],
    ['Relationships', preview.relationships],
  ];
  return html`<p>Handed over to the party that goes on:</p>
    <dl>${numbers.map(([name, number]) => html`<dt>${name}</dt><dd>${count(number)}</dd>`)}
      ${(preview.revenue ?? []).map(({ gross, payouts }) => html`<dt>Revenue</dt><dd>${money(gross)} gross, ${money(payouts)} payouts</dd>`)}
    </dl>${preview.revenue?.length === 0 ? html`<p class="quiet">No revenue is moved.</p>` : nothing}
    <p class="quiet">The merge can be taken back. What comes to the survivor afterwards stays with it, unless it was meant for the other one; the page of the merge tells.</p>`;
}
