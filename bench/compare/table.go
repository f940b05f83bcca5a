package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A table is text in columns. The first column is aligned to the left. The others are numbers,
// aligned to the right.
type table struct {
	title string
	head  []string
	rows  [][]string
}

// print prints the table, aligned for people or as Markdown.
func (t table) print(w io.Writer, markdown bool) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(cells []string) {
		padded := make([]string, len(cells))
		for i, cell := range cells {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if padded[i] = space + cell; i == 0 {
				padded[i] = cell + space
			}
		}
		if markdown {
			fmt.Fprintf(w, "| %s |\n", strings.Join(padded, " | "))
		} else {
			fmt.Fprintln(w, strings.TrimRight(strings.Join(padded, "  "), " "))
		}
	}
	fmt.Fprintf(w, "\n%s\n\n", t.title)
	line(t.head)
	if markdown {
		fmt.Fprintf(w, "|---%s|\n", strings.Repeat("|--:", len(t.head)-1))
	}
	for _, row := range t.rows {
		line(row)
	}
}
