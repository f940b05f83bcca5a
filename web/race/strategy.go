package race

import (
	"strings"

	"go-crablet/lab"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A strategyView is a strategy to read about.
type strategyView struct {
	Name, Title string
	Broken      bool
	Cause       string
	Why         []string
	Shipped     string
	Gap         string
	Source      story.Source
}

func viewStrategy(strategy lab.Strategy) strategyView {
	file, text := strategy.Source()
	return strategyView{
		Name: strategy.Name, Title: strategy.Title, Broken: strategy.Broken, Cause: strategy.Cause, Why: strategy.Why,
		Shipped: ui.Sentence(strategy.Shipped), Gap: string(strategy.Window), Source: strategySource(file, text),
	}
}

// strategySource is the file of a strategy without its description, which the page has in
// words. The file of the correct strategy has nothing else, so all of it is shown.
func strategySource(file, text string) story.Source {
	_, code, found := strings.Cut(text, "\n}\n\n")
	if !found {
		code = text
	}
	s := story.Source{File: "lab/" + file, Lines: story.TokenLines(strings.TrimSuffix(code, "\n"))}
	before := strings.Count(text, "\n") - strings.Count(code, "\n")
	for i := range s.Lines {
		s.Lines[i].Number = before + i + 1
	}
	return s
}
