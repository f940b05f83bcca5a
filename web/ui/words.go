package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Ordinal words a place in a row: the first, the second.
func Ordinal(n int) string {
	words := []string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"}
	if n < len(words) {
		return words[n]
	}
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// And joins words: "a, b and c".
func And(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// Duration words a duration to about two digits.
func Duration(d time.Duration) string {
	switch {
	case d < 100*time.Microsecond:
		return "under 0.1 ms"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
}

// Grouped writes a large number as people read it: 100,000.
func Grouped(n int) string { return message.NewPrinter(language.English).Sprint(n) }

// WholeSeconds is how long to wait in whole seconds, rounded up.
func WholeSeconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

func Seats(n int) string {
	if n == 1 {
		return "1 seat"
	}
	return strconv.Itoa(n) + " seats"
}

// Seconds words a time in whole seconds, which is never less than what is left of it.
func Seconds(d time.Duration) string {
	n := int((d + time.Second - 1) / time.Second)
	return strconv.Itoa(n) + " " + Plural(n, "second", "seconds")
}
