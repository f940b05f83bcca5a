package steps

import (
	"fmt"
	"strconv"
	"strings"
)

// parse reads the text of step.md.
func (s *Step) parse(text string) error {
	head, sections, _ := strings.Cut(text, "\n## ")
	for line := range strings.Lines(head) {
		if err := s.parseHead(strings.TrimSpace(line)); err != nil {
			return err
		}
	}
	for section := range strings.SplitSeq(sections, "\n## ") {
		heading, body, _ := strings.Cut(section, "\n")
		switch heading {
		case "Task":
			s.Task = prose(body)
		case "Why":
			s.Why = prose(body)
		case "Hint":
			s.Hints = append(s.Hints, prose(body))
		case "See it":
			s.SeeIt = prose(body)
		case "Say":
			s.Say = items(body)
		default:
			return fmt.Errorf("step.md has an unknown section %q", heading)
		}
	}
	return nil
}

func (s *Step) parseHead(line string) (err error) {
	if title, ok := strings.CutPrefix(line, "# "); ok {
		s.Title = title
		return nil
	}
	switch key, value, _ := strings.Cut(line, ": "); key {
	case "minutes":
		s.Minutes, err = strconv.Atoi(value)
	case "learn":
		s.Learn = value
	case "red":
		s.Red = strings.Fields(value)
	case "postgres":
		s.Postgres = value == "yes"
	case "variant":
		s.Variant = value == "yes"
	case "":
	default:
		err = fmt.Errorf("step.md begins with an unknown line %q", line)
	}
	return err
}

// prose joins the lines of each paragraph. Whoever shows it breaks the lines to fit.
func prose(text string) string {
	paragraphs := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

// items returns the items of a list in Markdown, whose lines may be broken.
func items(list string) []string {
	all := strings.Split("\n"+list, "\n- ")[1:]
	for i, item := range all {
		all[i] = strings.Join(strings.Fields(item), " ")
	}
	return all
}

// A Wrong is a wrong solution that people often write.
type Wrong struct {
	Name     string   // its file, without the suffix: "mutex"
	CaughtBy []string // the tests that fail
	Says     string   // words that each of these tests says
	Why      string   // what to tell somebody who wrote this

	imports string
	replace string
	below   string
	regions []string // the text of each marked region
}

func parseWrong(text string) (Wrong, error) {
	parts := strings.Split(text, "---\n")
	w := Wrong{regions: parts[1:]}
	for line := range strings.Lines(parts[0]) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "caught by":
			w.CaughtBy = strings.Fields(value)
		case "says":
			w.Says = value
		case "why":
			w.Why = value
		case "imports":
			w.imports = value
		case "replace":
			w.replace = value
		case "below":
			w.below = value
		default:
			return w, fmt.Errorf("there is no key %q", key)
		}
	}
	return w, nil
}
