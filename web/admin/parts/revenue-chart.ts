// Stacked bars of revenue: what came in above the axis, what went out below it. Only here are amounts floats: a picture needs no cents. The table beside it is exact.
import * as Plot from '@observablehq/plot';
import type { RevenueQuery } from '../gen/operations';

/** The picture, as wide as its place. Its class is the one that the pages' security policy knows. */
export function chart(rows: NonNullable<RevenueQuery['rows']>, labels: Map<string, string>, width: number): Element[] {
  const bars = rows.flatMap((row) => {
    const of = { month: row.month ?? '', channel: labels.get(row.channel ?? '') ?? row.channel ?? '' };
    return [{ ...of, amount: Number(row.gross.amount) }, { ...of, amount: -Number(row.payouts.amount) }].filter(({ amount }) => amount !== 0);
  });
  const style = getComputedStyle(document.documentElement);
  const plot = Plot.plot({
    className: 'party-chart',
    width,
    height: 300,
    marginLeft: 60,
    style: { background: 'transparent', color: style.getPropertyValue('--wa-color-text-normal'), fontSize: '12px' },
    x: { type: 'band', label: null, domain: [...new Set(bars.map(({ month }) => month))].sort(), tickRotate: width < 700 ? -60 : 0 },
    y: { label: rows[0]?.currency ?? null, grid: true, tickFormat: 's' },
    marginBottom: width < 700 ? 60 : 30,
    color: { scheme: 'tableau10' },
    marks: [Plot.barY(bars, { x: 'month', y: 'amount', fill: 'channel', tip: false }), Plot.ruleY([0])],
  });
  return [legend(plot), plot];
}

/** What the colours mean. */
function legend(plot: ReturnType<typeof Plot.plot>): Element {
  const scale = plot.scale('color');
  const [domain, range] = [[...(scale?.domain ?? [])], [...(scale?.range ?? [])]];
  const list = document.createElement('div');
  list.className = 'bar legend';
  for (const [i, channel] of domain.entries()) {
    const swatch = document.createElement('span');
    swatch.style.background = String(range[i % range.length]);
    const entry = document.createElement('span');
    entry.append(swatch, String(channel));
    list.append(entry);
  }
  return list;
}
