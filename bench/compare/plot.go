package main

import (
	"os"
	"path/filepath"
)

// A plot shows one value of the results. It has a panel for each load. Each panel has a line
// for each way, over the number of writers.
type plot struct {
	file  string
	title string
	unit  string // of the values
	value func(r result) float64
}

var plots = []plot{
	{"compare-speed.svg", "Decisions per second, of floor", "of floor", func(r result) float64 { return r.ofFloor }},
	{"compare-p99.svg", "p99: 99 of 100 decisions take no longer", "ms", func(r result) float64 {
		return r.percentile(0.99).Seconds() * 1000
	}},
}

// drawAll draws every plot into a directory, which it makes if there is none.
func drawAll(dir string, results []result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range plots {
		if err := os.WriteFile(filepath.Join(dir, p.file), draw(p, results), 0o644); err != nil {
			return err
		}
	}
	return nil
}
