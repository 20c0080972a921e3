// Spans of time under one another on one axis, for the eye; the words beside them say the same.
import { html, svg } from 'lit';

/** From when to when; without an end it goes on. */
export interface Span {
  from: string;
  to: string | null;
}

/** The bar of one span on the axis of all of them. */
export function bar(span: Span, all: Span[]): unknown {
  const now = Date.now();
  const start = Math.min(...all.map(({ from }) => Date.parse(from)));
  const end = Math.max(now, ...all.map(({ to }) => (to ? Date.parse(to) : 0)));
  const x = (time: number) => ((time - start) / (end - start || 1)) * 200;
  const [from, to] = [x(Date.parse(span.from)), x(span.to ? Date.parse(span.to) : end)];
  return html`<svg class="timeline" viewBox="0 0 200 10" preserveAspectRatio="none" aria-hidden="true">${svg`<rect class=${span.to ? 'over' : 'on'} x=${from} width=${Math.max(2, to - from)} y="1" height="8"></rect>`}</svg>`;
}
