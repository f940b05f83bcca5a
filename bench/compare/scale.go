package main

import "math"

// A scale turns values into heights on a panel. It is logarithmic.
type scale struct {
	ticks []float64 // 1, 3, 10, 30 and so on, from below the smallest value to above the largest
}

// scaleFor returns a scale that all values of a plot are on.
func scaleFor(p plot, results []result) (s scale) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range results {
		if value := p.value(r); r.way.kind != floor && value > 0 {
			low, high = min(low, value), max(high, value)
		}
	}
	if low > high { // there are no values
		low, high = 1, 1
	}
	for exponent := -6; exponent <= 9; exponent++ {
		for _, step := range []float64{1, 3} {
			tick := step * math.Pow10(exponent)
			if tick <= low { // only the last tick below is needed
				s.ticks = nil
			}
			if len(s.ticks) < 2 || s.ticks[len(s.ticks)-1] < high {
				s.ticks = append(s.ticks, tick)
			}
		}
	}
	return s
}

// y returns the height of a value in a drawing. A value too small for the scale is at its lower
// end.
func (s scale) y(value float64) float64 {
	low, high := s.ticks[0], s.ticks[len(s.ticks)-1]
	share := math.Log(max(value, low)/low) / math.Log(high/low)
	return panelTop + panelHeight*(1-share)
}
