package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report prints two tables for each load: all that was measured, and the ratios.
func report(w io.Writer, results []result, markdown bool) {
	for _, name := range loadNames(results) {
		details(results, name).print(w, markdown)
	}
	for _, name := range loadNames(results) {
		matrix("Decisions per second, of floor: "+name, results, name, func(r result) string {
			return ratio(r.ofFloor)
		}).print(w, markdown)
	}
}

// details has a row for each result under a load.
func details(results []result, load string) table {
	t := table{
		title: "All that was measured: " + load,
		head: []string{
			"way", "writers", "decisions/s", "of floor", "refused", "p50 ms", "p99 ms", "p999 ms",
			"retries per 100", "gave up", "oversold", "over ten", "bytes per event",
		},
	}
	for _, r := range results {
		if r.load != load {
			continue
		}
		row := []string{
			r.way.name, fmt.Sprint(r.writers), fmt.Sprintf("%.0f", r.perSecond()), ratio(r.ofFloor), percent(r.refused, len(r.each)),
			milliseconds(r.percentile(0.50)), milliseconds(r.percentile(0.99)), milliseconds(r.percentile(0.999)),
		}
		if r.way.kind == floor {
			row = append(row, "", "", "", "", "")
		} else {
			row = append(row, fmt.Sprintf("%.1f", 100*float64(r.retries)/float64(max(1, len(r.each)))), fmt.Sprint(r.gaveUp),
				fmt.Sprint(r.oversold), fmt.Sprint(r.overTen), fmt.Sprintf("%.0f", r.bytes))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// matrix has a row for each way except the floor, and a column for each number of writers.
func matrix(title string, results []result, load string, cell func(r result) string) table {
	t := table{title: title, head: []string{"writers"}}
	for _, n := range writerCounts(results) {
		t.head = append(t.head, fmt.Sprint(n))
	}
	for _, name := range wayNames(results) {
		row := []string{name}
		for _, n := range writerCounts(results) {
			found := ""
			for _, r := range results {
				if r.load == load && r.writers == n && r.way.name == name {
					found = cell(r)
				}
			}
			row = append(row, found)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func loadNames(results []result) []string {
	return distinct(results, func(r result) (string, bool) { return r.load, true })
}

func writerCounts(results []result) []int {
	return distinct(results, func(r result) (int, bool) { return r.writers, true })
}

// wayNames leaves out the floor.
func wayNames(results []result) []string {
	return distinct(results, func(r result) (string, bool) { return r.way.name, r.way.kind != floor })
}

// distinct returns the values of the results, each once, in the order of their first results.
func distinct[T comparable](results []result, of func(r result) (T, bool)) (found []T) {
	for _, r := range results {
		if value, ok := of(r); ok && !slices.Contains(found, value) {
			found = append(found, value)
		}
	}
	return found
}

// ratio writes a ratio with two significant digits.
func ratio(x float64) string {
	if x < 0.1 {
		return fmt.Sprintf("%.3f", x)
	}
	return fmt.Sprintf("%.2f", x)
}

func percent(part, all int) string {
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(max(1, all)))
}

func milliseconds(d time.Duration) string {
	ms := d.Seconds() * 1000
	switch {
	case ms < 1:
		return fmt.Sprintf("%.2f", ms)
	case ms < 10:
		return fmt.Sprintf("%.1f", ms)
	}
	return fmt.Sprintf("%.0f", ms)
}
