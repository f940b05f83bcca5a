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
	Why         []string
	Shipped     string
	Gap         string
	Outcome     ui.Outcome
	Source      story.Source
}

func viewStrategies() []strategyView {
	var views []strategyView
	for _, strategy := range lab.Strategies() {
		file, text := strategy.Source()
		v := strategyView{
			Name: strategy.Name, Title: strategy.Title, Why: strategy.Why, Shipped: ui.Sentence(strategy.Shipped), Gap: string(strategy.Window),
			Outcome: ui.Outcome{Colour: "seated", Icon: "i-check", Words: "correct"}, Source: strategySource(file, text),
		}
		if strategy.Broken {
			v.Outcome = ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "broken on purpose"}
		}
		views = append(views, v)
	}
	return views
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
