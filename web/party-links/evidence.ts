// What spoke for a link: the pieces of evidence as they add up, or whatever the engine kept.
import { html, nothing } from 'lit';

interface Kept {
  prior?: number;
  parts?: { comparison: string; level: string; bits: number; frequencyBits: number }[];
  related?: number;
  weight?: number;
  probability?: number;
}

/** The drawer with the evidence; nothing when none was kept. */
export function evidence(kept: unknown): unknown {
  if (kept === null || kept === undefined) return nothing;
  return html`<details part="evidence"><summary>Evidence</summary>${isWeighed(kept) ? weighed(kept) : html`<pre>${JSON.stringify(kept, null, 2)}</pre>`}</details>`;
}

/** How sure it is, in words. */
export function sure(probability: number): string {
  return probability > 0.999 ? 'over 99.9 % sure' : `${Math.round(probability * 100)} % sure`;
}

function isWeighed(kept: unknown): kept is Kept {
  return typeof kept === 'object' && kept !== null && 'parts' in kept && Array.isArray(kept.parts) && 'weight' in kept;
}

function weighed(kept: Kept): unknown {
  const rows: [string, string, number][] = [
    ['Prior', 'two of whom nothing is known', kept.prior ?? 0],
    ...(kept.parts ?? []).map((part): [string, string, number] => [words(part.comparison), part.level, part.bits + part.frequencyBits]),
  ];
  if (kept.related) rows.push(['Related parties', 'would agree in the same way', kept.related]);
  return html`<table><tbody>${rows.map(([name, text, bits]) => html`<tr><td>${name}: ${text}</td><td class="bits">${signed(bits)}</td></tr>`)}</tbody>
    <tfoot><tr><th scope="row">Score${kept.probability === undefined ? nothing : `, ${sure(kept.probability)}`}</th><td class="bits">${signed(kept.weight ?? 0)}</td></tr></tfoot></table>`;
}

function signed(bits: number): string {
  return `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(2)}`;
}

function words(code: string): string {
  const text = code.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
