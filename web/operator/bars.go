package operator

import (
	"fmt"
	"strings"
)

// The size of a picture. It is stretched to the room that it has.
const (
	wide = 1000
	high = 100
)

// drawn draws values as bars, the earliest on the left. It returns their path, and the value at the
// top of the picture: a round number, and at least least, so that a little looks little.
func drawn(values []float64, least float64) (path string, most float64) {
	most = least
	for _, value := range values {
		most = max(most, roundUp(value))
	}
	var bars strings.Builder
	step := float64(wide) / float64(max(1, len(values)))
	for i, value := range values {
		if value == 0 {
			continue
		}
		height := max(2, value/most*high) // what happened once is seen, too
		fmt.Fprintf(&bars, "M%.1f %d V%.1f H%.1f V%d Z ", float64(i)*step, high, high-height, (float64(i)+0.8)*step, high)
	}
	return strings.TrimSpace(bars.String()), most
}

// roundUp returns the next of 1, 2, 5, 10, 20, 50 and so on that is not below a value.
func roundUp(value float64) float64 {
	for power := 1.0; ; power *= 10 {
		for _, digit := range []float64{1, 2, 5} {
			if digit*power >= value {
				return digit * power
			}
		}
	}
}
