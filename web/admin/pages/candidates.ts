// Parties that somebody may be already, with the reasons, the likeliest first.
import { html, nothing } from 'lit';
import { money, words } from '../format';
import type { CandidatesQuery } from '../gen/operations';
import { percent, step, waterfall } from '../parts/waterfall';
import { link } from '../router';

type Suggestions = NonNullable<NonNullable<CandidatesQuery['suggestPartyMatches']>['suggestions']>;

/** A party that somebody may be. */
export type Candidate = Suggestions['candidates'][number];

/** Why two can never be one party, for people. */
const BLOCKERS: Record<Candidate['blockers'][number], string> = {
  ASSERTED_DIFFERENT: 'somebody decided that they are different',
  KINDS_DIFFER: 'one is a person, the other an organisation',
  GENERATIONS_DIFFER: 'one is a senior, the other a junior',
  VERIFIED_IDENTIFIERS_DIFFER: 'they have different verified identifiers',
};

/** Whether somebody is perhaps this party, and not only related to it. */
export function isDuplicate({ outcome }: Candidate): boolean {
  return outcome !== 'NO_MATCH';
}

/** All of them. */
export function candidates(found: Candidate[], model: string): unknown {
  return html`<ul class="candidates">${found.map((candidate) => one(candidate, model))}</ul>`;
}

function one(candidate: Candidate, model: string): unknown {
  const { party, probability, evidence, relation, blockers, weight, prior } = candidate;
  if (!party) return nothing;
  const speaking = evidence.filter(({ comparison }) => comparison !== 'RELATED_PARTIES');
  const steps = [step('PRIOR', 'two of whom nothing is known', prior, 0), ...evidence.map((part) => step(part.comparison, part.level, part.weight, part.frequencyWeight))];
  return html`<li>
    <div class="bar"><a href=${link(`/parties/${party.id}`)} target="_blank"><strong class="clamp"><bdi>${party.displayName}</bdi></strong></a>
      ${isDuplicate(candidate) ? html`<span class="chip">${percent(probability)} sure</span>` : html`<span class="chip ended">${relation ? words(relation) : 'Not the same'}</span>`}</div>
    <div class="quiet">${[words(party.kind), party.primaryEmail, party.primaryPhone, ...party.roles.map(({ role }) => role.label), ...(party.revenue ?? []).map(({ gross }) => money(gross))].filter(Boolean).join(' · ')}</div>
    <div>${speaking.map(({ comparison, level, weight: bits }) => html`<span class="chip ${bits < 0 ? 'bad' : 'engine'}">${words(comparison)}: ${level}</span>`)}</div>
    ${blockers.length > 0 ? html`<div>Never one party: ${blockers.map((blocker) => BLOCKERS[blocker]).join('; ')}.</div>` : nothing}
    <details><summary>How that adds up</summary>${waterfall({ steps, weight, probability, model })}</details>
  </li>`;
}
