package browser

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
)

//go:embed contrast.js
var contrastJS string

// A seenText is a text on the page, and where its lines are.
type seenText struct {
	Text, Of string
	Colour   [4]float64 // red, green, blue and alpha, up to 255
	Opacity  float64
	Large    bool
	Boxes    [][4]int // left, top, right, bottom
}

// FaintTexts returns the texts whose contrast with what is behind them is too low: less than 4.5,
// or less than 3 for large text (WCAG 2.2, 1.4.3). It measures the picture of the page without
// its letters. So it also sees what [Person.Axe] leaves out: texts in drawings, and texts on
// drawings, on gradients and on what something else has put behind them.
func (p *Person) FaintTexts() []string {
	p.t.Helper()
	texts := evaluate[[]seenText](p, "look at the texts", contrastJS)
	decoded, err := png.Decode(bytes.NewReader(p.screenshot(true)))
	if err != nil {
		p.fail("decode the picture of the page: %v", err)
	}
	picture := image.NewRGBA(decoded.Bounds())
	draw.Draw(picture, picture.Bounds(), decoded, image.Point{}, draw.Src)
	evaluate[bool](p, "show the letters again", `(lettersBack(), true)`)
	var faint []string
	for _, text := range texts {
		enough := 4.5
		if text.Large {
			enough = 3
		}
		if got := text.contrast(picture); got < enough {
			faint = append(faint, fmt.Sprintf("%.2f instead of %.1f: %q of %s", got, enough, text.Text, text.Of))
		}
	}
	return faint
}

// contrast returns the lowest contrast of the text with a colour behind it. A colour counts if it
// covers a part of the line; less is the edge of something.
func (t seenText) contrast(picture *image.RGBA) float64 {
	const part = 5
	lowest := math.Inf(1)
	for _, b := range t.Boxes {
		box := image.Rect(b[0], b[1], b[2], b[3])
		if !box.In(picture.Bounds()) {
			continue // a link that is seen when it has the focus
		}
		area := map[color.RGBA]int{}
		for y := box.Min.Y; y < box.Max.Y; y++ {
			for x := box.Min.X; x < box.Max.X; x++ {
				area[picture.RGBAAt(x, y)]++
			}
		}
		for behind, pixels := range area {
			if pixels*part >= box.Dx()*box.Dy() {
				lowest = min(lowest, t.contrastWith(behind))
			}
		}
	}
	return lowest
}

// contrastWith returns the contrast of the text with a colour, from 1 to 21.
func (t seenText) contrastWith(behind color.RGBA) float64 {
	back := [3]float64{float64(behind.R), float64(behind.G), float64(behind.B)}
	alpha := t.Colour[3] / 255 * t.Opacity
	var front [3]float64
	for i := range front {
		front[i] = t.Colour[i]*alpha + back[i]*(1-alpha)
	}
	light, dark := luminance(front), luminance(back)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance is how bright a colour is, from 0 to 1.
func luminance(rgb [3]float64) float64 {
	linear := func(c float64) float64 {
		c /= 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(rgb[0]) + 0.7152*linear(rgb[1]) + 0.0722*linear(rgb[2])
}
