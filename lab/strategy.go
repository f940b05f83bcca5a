package lab

import (
	"embed"
	"slices"
	"strings"

	"go-crablet/dcb"
)

// A Strategy is one way to read and append. All except one are broken: event stores have been
// shipped with each of their mistakes.
type Strategy struct {
	Name    string // in addresses, and in the name of its schema: "no-condition"
	Title   string // for people: "No condition"
	Broken  bool
	Cause   string   // why, in one sentence
	Why     []string // the same in three sentences
	Shipped string   // which event stores work like this, in one line
	Window  Window   // where it can be overtaken, and so where the contenders of a burst meet

	file string // its source
	ddl  string // what it needs beside the tables of the event log, if anything
	open func(s *Site) dcb.Log
}

// Strategies returns all strategies, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{noCondition(), checkWithoutLock(), orAsAnd(), readApart(), streamPerCourse(), correct()}
}

// FindStrategy returns the strategy with a name.
func FindStrategy(name string) (Strategy, bool) {
	all := Strategies()
	i := slices.IndexFunc(all, func(s Strategy) bool { return s.Name == name })
	if i < 0 {
		return Strategy{}, false
	}
	return all[i], true
}

//go:embed no_condition.go check_without_lock.go or_as_and.go read_apart.go stream_per_course.go correct.go
var sources embed.FS

// Source returns the name and the text of the file that the strategy is, as it was compiled.
func (s Strategy) Source() (file, text string) {
	source, err := sources.ReadFile(s.file)
	if err != nil {
		panic(err) // every strategy's file is embedded
	}
	return s.file, string(source)
}

// Schema returns the name of the schema that the strategy works in.
func (s Strategy) Schema() string {
	return "lab_" + strings.ReplaceAll(s.Name, "-", "_")
}
