package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Ordinal writes a place in a row as a word up to ninth, and with digits from 10th on. n must
// not be negative.
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

// Plural returns one if n is 1, otherwise many.
func Plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// And joins the words of a list: "a, b and c".
func And(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}

// Duration writes a duration with about two digits: "1.2 ms", "45 ms", "3.0 s".
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

// WholeSeconds rounds a time to wait up to whole seconds.
func WholeSeconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

// Seats writes a number of seats: "1 seat", "12 seats".
func Seats(n int) string {
	if n == 1 {
		return "1 seat"
	}
	return strconv.Itoa(n) + " seats"
}

// Seconds writes a time in whole seconds, rounded up: "1 second", "5 seconds".
func Seconds(d time.Duration) string {
	n := WholeSeconds(d)
	return strconv.Itoa(n) + " " + Plural(n, "second", "seconds")
}

// Sentence makes a sentence of the text of a refusal: with a capital letter, and a full stop.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
