// The facets of the directory: what there is of each kind, status, role and engine, and what is chosen.
import { html, nothing } from 'lit';
import { count, words } from '../format';
import type { FacetsQuery, PartyKind, PartyStatus } from '../gen/operations';
import type { DirectoryState } from './directory-state';

interface Choice {
  value: string;
  label: string;
  count: number;
}

/** All facets. `change` is told what is chosen now. */
export function facets(counts: FacetsQuery['partyFacets'], shown: DirectoryState, change: (change: Partial<DirectoryState>) => void): unknown {
  if (!counts) return nothing;
  const kinds = counts.kinds.map(({ kind, count }) => ({ value: kind, label: words(kind), count }));
  const statuses = counts.statuses.map(({ status, count }) => ({ value: status, label: words(status), count }));
  const roles = counts.roles.map(({ code, label, count }) => ({ value: code, label, count }));
  const systems = counts.systems.map(({ system, count }) => ({ value: system, label: system, count }));
  return html`
    ${facet('Kind', kinds, shown.kind ? [shown.kind] : [], (chosen) => change({ kind: (chosen.at(-1) as PartyKind | undefined) ?? null }))}
    ${facet('Status', statuses, shown.statuses, (chosen) => change({ statuses: chosen as PartyStatus[] }))}
    ${facet('Role', roles, shown.roles, (chosen) => change({ roles: chosen }))}
    ${facet('Linked system', systems, shown.systems, (chosen) => change({ systems: chosen }))}
  `;
}

function facet(title: string, choices: Choice[], chosen: string[], choose: (chosen: string[]) => void): unknown {
  const toggle = (event: Event) => {
    const { value, checked } = event.target as HTMLInputElement;
    const others = chosen.filter((other) => other !== value);
    choose(checked ? [...others, value] : others);
  };
  const shown = choices.filter((choice) => choice.count > 0 || chosen.includes(choice.value));
  if (shown.length === 0) return nothing;
  return html`<fieldset>
    <legend>${title}</legend>
    ${shown.map(
      (choice) => html`<label>
        <input type="checkbox" value=${choice.value} .checked=${chosen.includes(choice.value)} @change=${toggle} />
        <span>${choice.label}</span><span class="quiet">${count(choice.count)}</span>
      </label>`,
    )}
  </fieldset>`;
}
