package dcbtest

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest/literal"
)

// A part of a failure text: a heading, and lines below it.
type part struct {
	heading string
	lines   []string
}

// told writes a sentence and the parts below it.
func told(sentence string, parts ...part) string {
	var text strings.Builder
	text.WriteString(sentence)
	for _, p := range parts {
		fmt.Fprintf(&text, "\n%s:", p.heading)
		if len(p.lines) == 0 {
			text.WriteString(" nothing")
		}
		for _, line := range p.lines {
			text.WriteString("\n\t" + line)
		}
	}
	return text.String()
}

// toldOf writes a sentence about the last decision. Below it are the given facts, the
// command, the parts, and the condition of the append.
func (s *Scenario) toldOf(sentence string, parts ...part) string {
	all := append([]part{s.given(), {"when", []string{literal.Of(s.command)}}}, parts...)
	return told(sentence, append(all, part{"condition of its append", queryInWords(s.guard)})...)
}

// given are the facts that had happened before the last command.
func (s *Scenario) given() part {
	events := s.log.Events()
	if s.command != nil {
		events = events[:s.before]
	}
	return part{"given", s.pasteable(inputs(events))}
}

// outcome is the refusal of the last command, and the facts that followed it.
func (s *Scenario) outcome() part {
	var lines []string
	switch {
	case s.failed:
		lines = []string{"the failure " + strconv.Quote(s.refusal.Error())}
	case s.refusal != nil:
		lines = []string{"the refusal " + reason(s.refusal)}
	}
	return part{"followed", append(lines, s.pasteable(s.followed())...)}
}

// name is the type of the command.
func (s *Scenario) name() string {
	t := reflect.TypeOf(s.command)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// howMany says how many events there are, as facts.
func howMany(events []dcb.InputEvent) string {
	switch len(events) {
	case 0:
		return "nothing"
	case 1:
		return "1 fact"
	default:
		return fmt.Sprintf("%d facts", len(events))
	}
}

// reason writes a refusal: as Go code if it is a value, and its text otherwise.
func reason(err error) string {
	text := strconv.Quote(err.Error())
	if reflect.TypeOf(err).Kind() == reflect.Pointer {
		return text
	}
	code := literal.Of(err)
	if strings.Contains(code, text) {
		return code
	}
	return code + " // " + text
}

// pasteable writes facts as the arguments of Given or Then, one a line. Tags and causes that
// the fact does not have by itself are in a comment.
func (s *Scenario) pasteable(events []dcb.InputEvent) []string {
	lines := make([]string, len(events))
	for i, e := range events {
		var notes []string
		if more := s.moreTags(e); len(more) > 0 {
			notes = append(notes, "also tagged "+tagsInWords(more))
		}
		if e.CausationID != "" {
			cause := slices.IndexFunc(events, func(other dcb.InputEvent) bool { return other.ID == e.CausationID })
			note := "because of event " + e.CausationID
			if cause >= 0 {
				note = fmt.Sprintf("because of fact %d", cause+1)
			}
			notes = append(notes, note)
		}
		lines[i] = s.code(e) + ","
		if len(notes) > 0 {
			lines[i] += " // " + strings.Join(notes, ", ")
		}
	}
	return lines
}

// moreTags returns the tags of an event that its fact does not have by itself.
func (s *Scenario) moreTags(e dcb.InputEvent) dcb.Tags {
	fact, known := s.facts[e.ID]
	if !known {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(e.Tags), func(tag dcb.Tag) bool { return slices.Contains(fact.Tags(), tag) })
}

// code writes an event as its fact, or as an event if it has no fact.
func (s *Scenario) code(e dcb.InputEvent) string {
	fact, known := s.facts[e.ID]
	if !known {
		return literal.Of(dcb.InputEvent{Type: e.Type, Tags: e.Tags, Data: e.Data})
	}
	if at, timed := s.times[e.ID]; timed {
		return "dcbtest.At(" + literal.Of(at) + ", " + literal.Of(fact) + ")"
	}
	return literal.Of(fact)
}

// queryInWords says which events a query matches, one item a line.
func queryInWords(query dcb.Query) (lines []string) {
	for i, item := range query.Items() {
		line := itemInWords(item)
		if i > 0 {
			line = "or " + line
		}
		lines = append(lines, line)
	}
	return lines
}

func itemInWords(item dcb.QueryItem) string {
	words := "any event"
	if len(item.Types) > 0 {
		words = strings.Join(item.Types, " or ")
	}
	if len(item.Tags) > 0 {
		words += " tagged " + tagsInWords(item.Tags)
	}
	return words
}

func tagsInWords(tags dcb.Tags) string {
	var quoted []string
	for _, tag := range tags {
		quoted = append(quoted, strconv.Quote(string(tag)))
	}
	return strings.Join(quoted, " and ")
}
