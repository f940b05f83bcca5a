package story

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// TagsOf returns the tags of events and of those who asked for them, each once.
func TagsOf(events []dcb.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(append(tags, e.Tags...), tagsOfActor(e.Metadata)...)
	}
	return distinct(tags)
}

// TagsOfAll returns the tags of events that a receipt keeps.
func TagsOfAll(events []receipt.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	return tags
}

// TagsIn returns all tags that a receipt mentions, each once: those of its boundaries and of
// its events. A student who asked is among them, because students ask for themselves.
func TagsIn(record receipt.Receipt) dcb.Tags {
	tags := tagsOfItems(record.Boundary)
	for _, attempt := range record.Attempts {
		if attempt.Moved != nil {
			tags = append(tags, tagsOfItems(attempt.Moved.Boundary)...)
		}
		tags = append(tags, TagsOfAll(attempt.LastRead)...)
		tags = append(tags, TagsOfAll(attempt.Wanted)...)
		if attempt.Conflict != nil {
			tags = append(tags, TagsOfAll(attempt.Conflict.Events)...)
		}
	}
	return distinct(tags)
}

func tagsOfItems(items []dcb.QueryItem) dcb.Tags {
	var tags dcb.Tags
	for _, item := range items {
		tags = append(tags, item.Tags...)
	}
	return distinct(tags)
}

func distinct(tags dcb.Tags) dcb.Tags {
	slices.Sort(tags)
	return slices.Compact(tags)
}

// TagTexts returns tags as plain strings.
func TagTexts(tags dcb.Tags) []string {
	texts := make([]string, len(tags))
	for i, tag := range tags {
		texts[i] = string(tag)
	}
	return texts
}
