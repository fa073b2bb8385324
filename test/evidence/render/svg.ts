import { short } from "../../bench/figures.ts"
import type { Bars, Chart, Lines } from "./Chart.ts"

const width = 760
const ink = "#1f2328"
const faint = "#656d76"
const rule = "#d8dee4"
const colours = ["#0a66c2", "#bc4c00", "#1a7f37", "#8250df", "#9a6700", "#bf3989"]
const others = "#8c959f"

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const text = (
  x: number,
  y: number,
  words: string,
  more: { readonly anchor?: string; readonly fill?: string; readonly size?: number; readonly bold?: boolean } = {}
): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${more.size ?? 12}" fill="${more.fill ?? ink}"` +
  `${more.anchor === undefined ? "" : ` text-anchor="${more.anchor}"`}${more.bold === true ? ` font-weight="600"` : ""}>${escape(words)}</text>`

const line = (x1: number, y1: number, x2: number, y2: number, colour = rule, thick = 1): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${colour}" stroke-width="${thick}"/>`

const sheet = (height: number, chart: Chart, content: ReadonlyArray<string>): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(chart.title)}" font-family="system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="${rule}"/>`,
    text(24, 32, chart.title, { size: 15, bold: true }),
    text(24, 51, chart.subtitle, { fill: faint }),
    ...content,
    "</svg>\n"
  ].join("\n")

/** Round steps between nothing and `most`: 1, 2 or 5 times a power of ten, about five of them. */
const steps = (most: number): ReadonlyArray<number> => {
  const rough = Math.max(most, Number.MIN_VALUE) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, n) => n * step)
}

const bars = (chart: Bars): string => {
  const left = 250
  const right = width - 110
  const top = 72
  const each = 30
  const most = Math.max(...chart.bars.map((bar) => bar.to ?? bar.value), 0)
  const scale = (value: number) => left + (most === 0 ? 0 : (value / most) * (right - left))
  const content = chart.bars.flatMap((bar, n) => {
    const y = top + n * each
    const middle = y + 9
    const colour = bar.ours === false ? others : (colours[0] ?? ink)
    const range =
      bar.from === undefined || bar.to === undefined || bar.from === bar.to
        ? []
        : [line(scale(bar.from), middle, scale(bar.to), middle, ink, 1.5)]
    return [
      text(left - 12, middle + 4, bar.label, { anchor: "end" }),
      `<rect x="${left}" y="${y}" width="${Math.max(1, scale(bar.value) - left).toFixed(1)}" height="18" rx="3" fill="${colour}"/>`,
      ...range,
      text(scale(Math.max(bar.value, bar.to ?? 0)) + 8, middle + 4, `${short(bar.value)}${chart.unit}`, { bold: true })
    ]
  })
  return sheet(top + chart.bars.length * each + 14, chart, [
    ...content,
    line(left, top - 8, left, top + chart.bars.length * each - 4)
  ])
}

const powers = (from: number, to: number): ReadonlyArray<number> => {
  const first = Math.floor(Math.log10(from))
  return Array.from({ length: Math.max(1, Math.ceil(Math.log10(to)) - first) + 1 }, (_, n) => 10 ** (first + n))
}

const lines = (chart: Lines): string => {
  const [left, right, top, bottom] = [76, width - 150, 96, 320]
  const points = chart.series.flatMap((one) => one.points)
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const log = chart.log === true
  const across = log ? powers(Math.min(...xs), Math.max(...xs)) : steps(Math.max(...xs))
  const up = log ? powers(Math.min(...ys), Math.max(...ys)) : steps(Math.max(...ys))
  const [x0 = 0, x1 = 1] = [across[0], log ? across.at(-1) : Math.max(...xs)]
  const [y0 = 0, y1 = 1] = [up[0], up.at(-1)]
  const part = (value: number, from: number, to: number) =>
    log ? Math.log10(value / from) / Math.log10(to / from) : (value - from) / (to - from || 1)
  const px = (x: number) => left + part(x, x0, x1) * (right - left)
  const py = (y: number) => bottom - part(y, y0, y1) * (bottom - top)
  let lastLabel = Number.NEGATIVE_INFINITY
  const ends = chart.series
    .map((one, n) => ({
      name: one.name,
      y: py(one.points.at(-1)?.[1] ?? y0) + 4,
      colour: colours[n % colours.length] ?? ink
    }))
    .toSorted((a, b) => a.y - b.y)
    .map((end) => {
      lastLabel = Math.max(end.y, lastLabel + 15)
      return text(right + 10, lastLabel, end.name, { fill: end.colour, bold: true })
    })
  return sheet(372, chart, [
    ...up.flatMap((y) => [
      line(left, py(y), right, py(y)),
      text(left - 10, py(y) + 4, short(y), { anchor: "end", fill: faint })
    ]),
    ...across.filter((x) => x <= x1).map((x) => text(px(x), bottom + 20, short(x), { anchor: "middle", fill: faint })),
    text((left + right) / 2, bottom + 40, chart.x, { anchor: "middle", fill: faint }),
    text(left - 10, top - 10, chart.y, { fill: faint, anchor: "start" }),
    ...chart.series.flatMap((one, n) => {
      const colour = colours[n % colours.length] ?? ink
      const path = one.points.map(([x, y]) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(" ")
      const dots =
        one.points.length > 40
          ? []
          : one.points.map(
              ([x, y]) => `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="3" fill="${colour}"/>`
            )
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`,
        ...dots
      ]
    }),
    ...ends
  ])
}

/** A chart as a file that browsers and forges show. */
export const svg = (chart: Chart): string => (chart.kind === "bars" ? bars(chart) : lines(chart))
