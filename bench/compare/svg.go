package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"slices"
)

// Where things stand in a drawing, in its own pixels.
const (
	drawingWidth = 960
	panelTop     = 78
	panelHeight  = 280
	panelsLeft   = 58
	panelGap     = 18
	legendTop    = panelTop + panelHeight + 58
	legendRow    = 24
	legendPerRow = 3
)

// style has colours for a light and a dark page. A drawing brings its own background, so
// that it can be read even where the page and the reader's setting disagree. Lines differ by
// their dashes and marks, too, for readers who don't see every colour.
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

// dashes are the dashes of the lines.
var dashes = []string{"", "7 3", "2 3", "10 3 2 3", "", "5 5", "12 4", "1 4"}

// draw draws a plot. Both axes are logarithmic: each number of writers is a step, and each
// line of the grid about three times the one below.
func draw(p plot, results []result) []byte {
	names, loads := wayNames(results), loadNames(results)
	rows := (len(names) + legendPerRow - 1) / legendPerRow
	height := legendTop + rows*legendRow + 8
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img" aria-label="%s">`+"\n",
		drawingWidth, height, html.EscapeString(p.title))
	fmt.Fprintf(&b, "<style>%s</style>\n", style)
	fmt.Fprintf(&b, `<rect class="background" width="%d" height="%d"/>`+"\n", drawingWidth, height)
	fmt.Fprintf(&b, `<text class="title" x="%d" y="28">%s</text>`+"\n", panelsLeft, html.EscapeString(p.title))
	s := scaleFor(p, results)
	width := (drawingWidth - panelsLeft - 20 - (len(loads)-1)*panelGap) / len(loads)
	for i, load := range loads {
		drawPanel(&b, panel{p, s, load, panelsLeft + i*(width+panelGap), width, i == 0}, results)
	}
	fmt.Fprintf(&b, `<text class="quiet" x="%d" y="%d" text-anchor="middle">writers</text>`+"\n", drawingWidth/2, panelTop+panelHeight+40)
	for i, name := range names {
		x, y := panelsLeft+i%legendPerRow*(drawingWidth-panelsLeft)/legendPerRow, legendTop+i/legendPerRow*legendRow+12
		openLine(&b, i)
		fmt.Fprintf(&b, `<path class="line" d="M%d %d h36" %s/>`, x, y-4, strokeOf(i))
		drawMark(&b, float64(x+18), float64(y-4), i)
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text></g>`+"\n", x+46, y, html.EscapeString(name))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// A panel is where the lines of one load are drawn.
type panel struct {
	plot
	scale
	load     string
	left     int
	width    int
	labelled bool // with the values of the scale, which all panels share
}

func drawPanel(b *bytes.Buffer, p panel, results []result) {
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", p.left+p.width/2, panelTop-14, html.EscapeString(p.load))
	for _, value := range p.ticks {
		y := p.y(value)
		fmt.Fprintf(b, `<path class="grid" d="M%d %.1f h%d"/>`+"\n", p.left, y, p.width)
		if p.labelled {
			fmt.Fprintf(b, `<text class="quiet" x="%d" y="%.1f" text-anchor="end">%.6g</text>`+"\n", p.left-8, y+4, value)
		}
	}
	if p.labelled {
		fmt.Fprintf(b, `<text class="quiet" x="%d" y="%d" text-anchor="end">%s</text>`+"\n", p.left+8, panelTop-14, html.EscapeString(p.unit))
	}
	counts := writerCounts(results)
	x := func(i int) float64 { return float64(p.left) + (float64(i)+0.5)*float64(p.width)/float64(len(counts)) }
	for i, n := range counts {
		fmt.Fprintf(b, `<text class="quiet" x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n", x(i), panelTop+panelHeight+20, n)
	}
	for k, name := range slices.Backward(wayNames(results)) { // the first one on top
		var path bytes.Buffer
		var marks bytes.Buffer
		for i, n := range counts {
			for _, r := range results {
				if r.load != p.load || r.writers != n || r.way.name != name {
					continue
				}
				step := "L"
				if path.Len() == 0 {
					step = "M"
				}
				fmt.Fprintf(&path, "%s%.1f %.1f", step, x(i), p.y(p.value(r)))
				drawMark(&marks, x(i), p.y(p.value(r)), k)
			}
		}
		openLine(b, k)
		fmt.Fprintf(b, `<path class="line" d="%s" %s/>%s</g>`+"\n", path.String(), strokeOf(k), marks.String())
	}
}

// openLine begins a group: what belongs to the line of a way.
func openLine(b *bytes.Buffer, i int) {
	class := "way"
	if i == 0 {
		class = "way first"
	}
	fmt.Fprintf(b, `<g class="%s">`, class)
}

func colourOf(i int) string { return fmt.Sprintf("var(--c%d)", i%8) }

func strokeOf(i int) string {
	return fmt.Sprintf(`style="stroke: %s" stroke-dasharray="%s"`, colourOf(i), dashes[i%len(dashes)])
}

// drawMark draws a circle, a square, a diamond or a triangle.
func drawMark(b *bytes.Buffer, x, y float64, i int) {
	shapes := []string{
		"m-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0", "m-4.5 -4.5 h9 v9 h-9 z", "m0 -6 l6 6 l-6 6 l-6 -6 z", "m0 -6 l6 10 h-12 z",
	}
	fmt.Fprintf(b, `<path class="mark" d="M%.1f %.1f %s" style="fill: %s"/>`, x, y, shapes[i%len(shapes)], colourOf(i))
}

// A scale turns values into heights.
type scale struct {
	low, high float64
	ticks     []float64
}

// scaleFor returns a scale that all values of a plot are on.
func scaleFor(p plot, results []result) scale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range results {
		if value := p.value(r); r.way.kind != floor && value > 0 {
			low, high = min(low, value), max(high, value)
		}
	}
	if low > high { // there are no values
		low, high = 1, 1
	}
	var s scale
	for exponent := -6; exponent <= 9; exponent++ {
		for _, step := range []float64{1, 3} {
			tick := step * math.Pow10(exponent)
			if tick < low { // only the last of these is needed
				s.ticks = nil
			}
			if len(s.ticks) < 2 || s.ticks[len(s.ticks)-1] < high {
				s.ticks = append(s.ticks, tick)
			}
		}
	}
	s.low, s.high = s.ticks[0], s.ticks[len(s.ticks)-1]
	return s
}

func (s scale) y(value float64) float64 {
	share := math.Log(max(value, s.low)/s.low) / math.Log(s.high/s.low)
	return panelTop + panelHeight*(1-share)
}
