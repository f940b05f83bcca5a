// Package race has the pages of races and comparisons: lanes of real decisions, and what
// becomes of them when a part of the append is left out.
package race
