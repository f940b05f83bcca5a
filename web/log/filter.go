package log

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A filter chooses events of the log: those of one of the types, with all of the tags. It is
// an item of a query, written into an address.
type filter struct {
	Types []typeChoice
	Tags  ui.Field

	tags  dcb.Tags
	types []string
	wrong bool // the tags can't be asked for, as their field says
}

// A typeChoice is a type of event to choose, with the words that pages use for it.
type typeChoice struct {
	Type   string
	Words  story.EventWords
	Chosen bool
}

// A form asks for no more than this. Each type and each tag costs a walk along an index.
const (
	mostTypes = 20
	mostTags  = 8
)

// filterOf returns the filter that an address asks for. If its tags are wrong, their field says
// so; the error is for all else that no form sends.
func filterOf(v *site.Visit) (filter, error) {
	asked := v.R.URL.Query()
	types := slices.DeleteFunc(slices.Clone(asked["type"]), func(name string) bool { return name == "" })
	f := filter{types: slices.Compact(slices.Sorted(slices.Values(types)))}
	if len(f.types) > mostTypes {
		return f, site.BadRequest(http.StatusBadRequest, "The address names more types of events than exist. Choose from those in the form.")
	}
	if err := dcb.NewQuery(nil, f.types...).Check(); err != nil && len(f.types) > 0 {
		return f, site.BadRequest(http.StatusBadRequest, "There is no such type of event. Choose from those in the form.")
	}
	f.choose()

	// Tags of this application have no white space, so one field takes several.
	f.Tags.Value = strings.Join(strings.Fields(strings.Join(asked["tags"], " ")), " ")
	for tag := range strings.FieldsSeq(f.Tags.Value) {
		if !slices.Contains(f.tags, dcb.Tag(tag)) {
			f.tags = append(f.tags, dcb.Tag(tag))
		}
	}
	if f.Tags.Error = wrongWithTags(f.tags); f.Tags.Error != "" {
		f.Tags.Focus, f.wrong = true, true
	}
	return f, nil
}

// choose lists the types to choose from: those of the domain, and any other that was asked
// for, since other programs may write into the log, too.
func (f *filter) choose() {
	types := f.types
	for _, name := range story.FactTypes() {
		f.Types = append(f.Types, typeChoice{name, story.WordsOfType(name), slices.Contains(types, name)})
		types = slices.DeleteFunc(slices.Clone(types), func(t string) bool { return t == name })
	}
	for _, other := range types {
		f.Types = append(f.Types, typeChoice{other, story.WordsOfType(other), true})
	}
}

// wrongWithTags says why tags can't be asked for, or "".
func wrongWithTags(tags dcb.Tags) string {
	if len(tags) > mostTags {
		return "Ask for " + strconv.Itoa(mostTags) + " tags at most."
	}
	for _, tag := range tags {
		if key, value, _ := strings.Cut(string(tag), ":"); key == "" || value == "" {
			return "A tag has a key and a value, such as course_id:algebra. Write a space between two tags."
		}
		if err := dcb.NewQuery(dcb.Tags{tag}).Check(); err != nil {
			return "There is no such tag: " + err.Error() + "."
		}
	}
	return ""
}

// query returns the query of the filter. The store follows the first tag along an index and
// checks the other tags event by event. A course may have ten thousand students and a student
// only ten courses, so tags of courses come last.
func (f filter) query() dcb.Query {
	if !f.Any() {
		return dcb.AllEvents()
	}
	tags := slices.Clone(f.tags)
	slices.SortStableFunc(tags, func(a, b dcb.Tag) int {
		isCourse := func(tag dcb.Tag) int { return strings.Count(string(tag)[:min(len(tag), 10)], "course_id:") }
		return isCourse(a) - isCourse(b)
	})
	return dcb.NewQuery(tags, f.types...)
}

// topics returns the topics that a page of the latest of these events follows. They may cover
// more events than the page shows.
func (f filter) topics() []site.Topic {
	topics := []site.Topic{site.TopicLog}
	switch {
	case len(f.tags) > 0:
		topics = []site.Topic{site.TagTopic(f.query().Items()[0].Tags[0])}
	case len(f.types) > 0:
		topics = nil
		for _, name := range f.types {
			topics = append(topics, site.AboutType+site.Topic(name))
		}
	}
	if slices.ContainsFunc(topics, func(t site.Topic) bool { return len(t) > site.LongestTopic }) {
		return nil
	}
	return topics
}

// Any reports whether anything is left out.
func (f filter) Any() bool { return len(f.types) > 0 || len(f.tags) > 0 }

// address returns the filter as the parameters of an address.
func (f filter) address() url.Values {
	asked := url.Values{}
	for _, name := range f.types {
		asked.Add("type", name)
	}
	if len(f.tags) > 0 {
		asked.Set("tags", strings.Join(story.TagTexts(f.tags), " "))
	}
	return asked
}
