// Evidence as a waterfall: each piece begins where the one before ended, and the last one ends at the score.
import { html, nothing, svg } from 'lit';
import { words } from '../format';

/** One piece of evidence, in bits. `rarity` is what the rarity of the value has in it. */
export interface Step {
  name: string;
  text: string;
  bits: number;
  rarity: number;
}

/** What was weighed: the pieces, and what they add up to. */
export interface Weighed {
  steps: Step[];
  weight: number;
  probability: number;
  model: string | null;
}

/** The evidence that is kept with tasks and links; null when it is something else. */
export function weighed(evidence: unknown): Weighed | null {
  if (typeof evidence !== 'object' || evidence === null || !('parts' in evidence) || !Array.isArray(evidence.parts)) return null;
  const kept = evidence as { parts: Record<string, unknown>[]; prior?: unknown; related?: unknown; weight?: unknown; probability?: unknown; model?: unknown };
  const steps = kept.parts.map((part) => step(String(part.comparison), String(part.level), number(part.bits) + number(part.frequencyBits), number(part.frequencyBits)));
  const related = number(kept.related);
  if (related !== 0) steps.push(step('RELATED_PARTIES', 'a household or a firm would agree in the same way', related, 0));
  steps.unshift(step('PRIOR', 'two of whom nothing is known', number(kept.prior), 0));
  return { steps, weight: number(kept.weight), probability: number(kept.probability), model: typeof kept.model === 'string' ? kept.model : null };
}

/** One piece. */
export function step(comparison: string, text: string, bits: number, rarity: number): Step {
  return { name: words(comparison), text, bits, rarity };
}

/** The picture as a table, so that it can be read without seeing it. */
export function waterfall({ steps, weight, probability, model }: Weighed): unknown {
  const ends = steps.reduce<number[]>((sums, { bits }) => [...sums, (sums.at(-1) ?? 0) + bits], []);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const span = high - low || 1;
  const x = (bits: number) => ((bits - low) / span) * 200;
  const bar = (from: number, to: number, kind: string) => html`<svg class="waterfall" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<line x1=${x(0)} x2=${x(0)} y1="0" y2="14"></line><rect class=${kind} x=${x(Math.min(from, to))} width=${Math.max(1, x(Math.max(from, to)) - x(Math.min(from, to)))} y="2" height="10"></rect>`}</svg>`;
  return html`<div class="scroll" tabindex="0"><table class="evidence">
    <thead><tr><th scope="col">Evidence</th><th scope="col" class="number">Bits</th><th scope="col" class="picture-column"><span class="hidden">Picture</span></th></tr></thead>
    <tbody>${steps.map(
      ({ name, text, bits, rarity }, i) => html`<tr><td>${name}<div class="quiet">${text}${Math.abs(rarity) >= 0.005 ? `, ${signed(rarity)} for how rare it is` : nothing}</div></td>
        <td class="number" data-bits=${bits}>${signed(bits)}</td><td>${bar(ends[i - 1] ?? 0, ends[i] ?? 0, bits < 0 ? 'against' : 'for')}</td></tr>`,
    )}</tbody>
    <tfoot><tr><th scope="row">Score<div class="quiet">${percent(probability)} sure that they are one${model ? `, by the model ${model}` : nothing}</div></th>
      <td class="number" data-weight=${weight}><strong>${signed(weight)}</strong></td><td>${bar(0, weight, 'sum')}</td></tr></tfoot>
  </table></div>`;
}

/** A probability for people: nothing is certain. */
export function percent(probability: number): string {
  if (probability > 0.999) return 'over 99.9 %';
  if (probability < 0.001) return 'under 0.1 %';
  return `${(probability * 100).toFixed(probability > 0.99 || probability < 0.01 ? 1 : 0)} %`;
}

/** Bits with their sign. */
export function signed(bits: number): string {
  return `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(2)}`;
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
