package story

import (
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// TagsOf returns all that events are about.
func TagsOf(events []dcb.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// TagsIn returns the tags of all that a receipt mentions.
func TagsIn(record receipt.Receipt) dcb.Tags {
	var tags dcb.Tags
	for _, item := range record.Boundary {
		tags = append(tags, item.Tags...)
	}
	for _, attempt := range record.Attempts {
		if attempt.Moved != nil {
			for _, item := range attempt.Moved.Boundary {
				tags = append(tags, item.Tags...)
			}
		}
		for _, e := range slices.Concat(attempt.LastRead, attempt.Wanted) {
			tags = append(tags, e.Tags...)
		}
		if attempt.Conflict != nil {
			for _, e := range attempt.Conflict.Events {
				tags = append(tags, e.Tags...)
			}
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func TagsOfAll(events []receipt.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	return tags
}

func tagsOfItems(items []dcb.QueryItem) dcb.Tags {
	var tags dcb.Tags
	for _, item := range items {
		tags = append(tags, item.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func TagTexts(tags dcb.Tags) []string {
	texts := make([]string, len(tags))
	for i, tag := range tags {
		texts[i] = string(tag)
	}
	return texts
}

// Anchor is the id of an event's line on a page.
func Anchor(position int64) string { return fmt.Sprintf("at-%d", position) }
