package main

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"
)

// The places of the parts of a drawing, in pixels.
const (
	drawingWidth = 960
	panelTop     = 78
	panelHeight  = 280
	panelsLeft   = 58
	panelsRight  = 20 // from the right edge
	panelGap     = 18
	legendTop    = panelTop + panelHeight + 70
	legendRow    = 24
	legendPerRow = 3
)

// style has colours for a light and a dark page. A drawing has its own background, so it can be
// read even if the page and the reader's setting disagree.
const style = `
	text { font: 13px system-ui, sans-serif; fill: var(--ink) }
	.title { font-size: 16px; font-weight: 600 }
	.quiet { fill: var(--quiet) }
	.background { fill: var(--paper) }
	.grid { stroke: var(--grid) }
	.line { fill: none; stroke-width: 2 }
	.first .line { stroke-width: 4 }
	.mark { stroke: var(--paper) }
	svg { --paper: #fff; --ink: #1f2328; --quiet: #59636e; --grid: #d8dee4;
		--c0: #0550ae; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #a40e26; --c5: #0b7285; --c6: #7d4e00; --c7: #6e7781 }
	@media (prefers-color-scheme: dark) {
		svg { --paper: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --grid: #2b323b;
			--c0: #6cb6ff; --c1: #ffa657; --c2: #57d364; --c3: #d2a8ff; --c4: #ff7b72; --c5: #56d4dd; --c6: #e3b341; --c7: #9198a1 }
	}
`

// Lines differ by their dashes and marks, too, for readers who don't see every colour. The
// marks are a circle, a square, a diamond and a triangle.
var (
	dashes = []string{"", "7 3", "2 3", "10 3 2 3", "", "5 5", "12 4", "1 4"}
	marks  = []string{
		"m-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0", "m-4.5 -4.5 h9 v9 h-9 z", "m0 -6 l6 6 l-6 6 l-6 -6 z", "m0 -6 l6 10 h-12 z",
	}
)

// A drawing is an SVG that grows.
type drawing struct{ bytes.Buffer }

func (d *drawing) put(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// text puts a text at a point. Its anchor is the start, the middle or the end.
func (d *drawing) text(class string, x, y float64, anchor, text string) {
	d.put(`<text class="%s" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, class, x, y, anchor, html.EscapeString(text))
}

// A point is where the line of a way has a mark.
type point struct{ x, y float64 }

// line draws the i-th line, with its marks.
func (d *drawing) line(i int, points, marked []point) {
	class := "way"
	if i == 0 {
		class = "way first"
	}
	d.put(`<g class="%s">`, class)
	var corners []string
	for _, p := range points {
		corners = append(corners, fmt.Sprintf("%.1f %.1f", p.x, p.y))
	}
	colour := fmt.Sprintf("var(--c%d)", i%8)
	d.put(`<path class="line" d="M%s" style="stroke: %s" stroke-dasharray="%s"/>`, strings.Join(corners, "L"), colour, dashes[i%len(dashes)])
	for _, p := range marked {
		d.put(`<path class="mark" d="M%.1f %.1f %s" style="fill: %s"/>`, p.x, p.y, marks[i%len(marks)], colour)
	}
	d.put(`</g>`)
}

// draw draws a plot. Both axes are logarithmic: the numbers of writers stand at equal
// distances, and each line of the grid is about three times the one below.
func draw(p plot, results []result) []byte {
	names, loads, s := wayNames(results), loadNames(results), scaleFor(p, results)
	rows := (len(names) + legendPerRow - 1) / legendPerRow
	height := legendTop + rows*legendRow
	d := &drawing{}
	d.put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="%s">`,
		drawingWidth, height, html.EscapeString(p.title))
	d.put("<style>%s</style>", style)
	d.put(`<rect class="background" width="%d" height="%d"/>`, drawingWidth, height)
	d.text("title", panelsLeft, 28, "start", p.title)
	for _, value := range s.ticks {
		d.text("quiet", panelsLeft-8, s.y(value)+4, "end", fmt.Sprintf("%.6g", value))
	}
	d.text("quiet", panelsLeft+8, panelTop-14, "end", p.unit)
	d.text("quiet", drawingWidth/2, panelTop+panelHeight+42, "middle", "writers")

	width := (drawingWidth - panelsLeft - panelsRight - float64(len(loads)-1)*panelGap) / float64(len(loads))
	for i, load := range loads {
		d.panel(p, s, results, load, panelsLeft+float64(i)*(width+panelGap), width)
	}
	for i, name := range names {
		x := panelsLeft + float64(i%legendPerRow)*(drawingWidth-panelsLeft)/legendPerRow
		y := float64(legendTop + i/legendPerRow*legendRow)
		d.line(i, []point{{x, y}, {x + 36, y}}, []point{{x + 18, y}})
		d.text("name", x+46, y+4, "start", name)
	}
	d.put("</svg>")
	return d.Bytes()
}

// panel draws the lines of one load.
func (d *drawing) panel(p plot, s scale, results []result, load string, left, width float64) {
	d.text("load", left+width/2, panelTop-14, "middle", load)
	for _, value := range s.ticks {
		d.put(`<path class="grid" d="M%.1f %.1f h%.1f"/>`, left, s.y(value), width)
	}
	counts := writerCounts(results)
	x := func(i int) float64 { return left + (float64(i)+0.5)*width/float64(len(counts)) }
	for i, n := range counts {
		d.text("quiet", x(i), panelTop+panelHeight+20, "middle", fmt.Sprint(n))
	}
	for k, name := range slices.Backward(wayNames(results)) { // the first one on top
		var points []point
		for _, r := range results {
			if r.load == load && r.way.name == name {
				points = append(points, point{x(slices.Index(counts, r.writers)), s.y(p.value(r))})
			}
		}
		d.line(k, points, points)
	}
}
