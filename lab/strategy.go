package lab

import (
	"embed"
	"slices"
	"strings"

	"go-crablet/dcb"
)

// A Strategy is one way to read and append. All but one are broken, each in a way in
// which event stores have been shipped.
type Strategy struct {
	Name    string // in addresses, and in that of its schema: "no-condition"
	Title   string // for people: "No condition"
	Broken  bool
	Why     []string // why it fails, or why it holds, in three sentences
	Shipped string   // where that was shipped for real, in one line
	Gap     Gap      // where it can be overtaken, and so where a burst meets

	file string // its source
	ddl  string // what it needs beside the tables of the event log, if anything
	open func(s *Site) dcb.Log
}

// Strategies returns all of them, the broken ones first.
func Strategies() []Strategy {
	return []Strategy{noCondition(), checkWithoutLock(), orAsAnd(), readApart(), streamPerCourse(), correct()}
}

// FindStrategy returns the strategy of a name.
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

// Source returns the file that the strategy is, as it was compiled.
func (s Strategy) Source() (file, text string) {
	source, err := sources.ReadFile(s.file)
	if err != nil {
		panic(err) // it is embedded, or the program would not have been built
	}
	return s.file, string(source)
}

// Schema returns the name of the schema that the strategy works in.
func (s Strategy) Schema() string {
	return "lab_" + strings.ReplaceAll(s.Name, "-", "_")
}
