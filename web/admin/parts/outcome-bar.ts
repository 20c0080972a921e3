// How many of some things ended in which way: one bar, and what its colours mean with the numbers.
import { html, nothing, svg } from 'lit';
import { count } from '../format';
import './outcome-bar.css';

/** One way to end; `kind` is its colour. */
export interface Ending {
  kind: 'good' | 'doubtful' | 'quiet' | 'bad';
  label: string;
  count: number;
}

/** The bar with its legend. */
export function outcomeBar(endings: Ending[]): unknown {
  const total = endings.reduce((sum, ending) => sum + ending.count, 0);
  const starts = endings.reduce<number[]>((sums, ending) => [...sums, (sums.at(-1) ?? 0) + ending.count], [0]);
  return html`<svg class="outcome-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      ${total === 0 ? nothing : endings.map((ending, i) => svg`<rect class=${ending.kind} x=${((starts[i] ?? 0) / total) * 1000} width=${(ending.count / total) * 1000} y="0" height="10"></rect>`)}</svg>
    <div class="bar outcome-legend">${endings.map((ending) => html`<span><i class=${ending.kind}></i>${count(ending.count)} ${ending.label}</span>`)}</div>`;
}
