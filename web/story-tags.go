package web

import (
	"fmt"
	"slices"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// tagsOf returns all that events are about.
func tagsOf(events []dcb.Event) dcb.Tags {
	var tags dcb.Tags
	for _, e := range events {
		tags = append(tags, e.Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// tagsIn returns the tags of all that a receipt mentions.
func tagsIn(record receipt.Receipt) dcb.Tags {
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

func tagsOfAll(events []receipt.Event) dcb.Tags {
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

func tagTexts(tags dcb.Tags) []string {
	texts := make([]string, len(tags))
	for i, tag := range tags {
		texts[i] = string(tag)
	}
	return texts
}

// anchor is the id of an event's line on a page.
func anchor(position int64) string { return fmt.Sprintf("at-%d", position) }
